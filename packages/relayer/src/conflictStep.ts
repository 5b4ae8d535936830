import { BridgeError, revertData } from "@causeway/bridge/bridgeError";
import type { BridgeSides } from "@causeway/bridge/bridgeSides";
import { SIDECHAIN_VIEW } from "@causeway/bridge/contractInterfaces";
import { encodeReportConflict } from "@causeway/bridge/encodeCalls";
import { findAcceptedCheckpoint } from "@causeway/bridge/findAcceptedCheckpoint";
import { readCertificate } from "@causeway/bridge/readCertificate";
import { type Conflict, excludeEachOther, readConflicts } from "@causeway/bridge/readConflicts";
import { readHeader } from "@causeway/bridge/readHeader";
import { readSidechainView } from "@causeway/bridge/readSidechainView";
import { readSubmission } from "@causeway/bridge/readSubmission";
import type { RpcReader } from "@causeway/bridge/rpcReader";
import { checkpointsConflict } from "@causeway/protocol/checkpoint";
import type { Logger } from "pino";
import { SaidOnce } from "./saidOnce.js";
import { StepError } from "./severity.js";
import type { Step } from "./step.js";
import type { TransactionLane } from "./transactionLane.js";

/** Gas of reportConflict: fixed part, and per validator for its place in the set and its two seals, with room. */
const REPORT_BASE_GAS = 200_000;
const REPORT_GAS_PER_VALIDATOR = 24_000;
/** Accepted checkpoints looked back at after a start. More than a day of heartbeats (X7); with more traffic, the newest. */
const CHECKPOINTS_BACK_MAX = 64;

/**
 * Freezes SidechainView with two certificates that exclude each other (F2, B6): those of a node in safety stop, and what
 * L1 accepted against what the nodes have finalized, for a quorum that lies to L1 alone is what can rob the Vault (B16).
 * Nodes are not trusted: L1 checks the seals, and a report it would refuse is not sent.
 */
export class ConflictStep implements Step {
  readonly name = "conflict";
  progress = {};
  /** Accepted checkpoints below this index agree with the sidechain. */
  private comparedTo = 0;
  private readonly saidOnce = new SaidOnce();

  /** @param nodes every sidechain node by itself: one may know what another hides. */
  constructor(
    private readonly sides: BridgeSides,
    private readonly nodes: readonly RpcReader[],
    private readonly lane: TransactionLane,
    private readonly l1StartBlock: number,
    private readonly logger: Logger,
  ) {}

  async run(): Promise<void> {
    const { l1, bridge } = this.sides;
    const view = await readSidechainView(l1, bridge.view, "latest");
    if (view.frozenAt !== 0) return;
    for (const conflict of await this.shown()) await this.report(conflict);
    const first = Math.max(1, view.records - CHECKPOINTS_BACK_MAX, this.comparedTo);
    for (let index = first; index < view.records; index++) {
      if (!(await this.agrees(index))) return;
      this.comparedTo = index + 1;
      this.progress = { comparedTo: this.comparedTo };
    }
  }

  reset(): void {
    this.comparedTo = 0;
  }

  /** What nodes show of their own accord. One that does not answer, or knows no evidence, does not hide another's. */
  private async shown(): Promise<readonly Conflict[]> {
    const answers = await Promise.all(this.nodes.map((node) => answerOf(readConflicts(node))));
    return answers.flatMap((conflicts) => conflicts ?? []);
  }

  /** @returns whether a node has finalized the very checkpoint that L1 accepted, and none another. */
  private async agrees(index: number): Promise<boolean> {
    const { number } = await readHeader(this.sides.l1, "latest");
    const { checkpoint } = await findAcceptedCheckpoint(this.sides, index, number, this.l1StartBlock);
    const read = this.nodes.map((node) => answerOf(readCertificate(node, checkpoint.height)));
    const finalized = (await Promise.all(read)).flatMap((sealed) => sealed ?? []);
    for (const sealed of finalized) {
      if (!checkpointsConflict(sealed.certificate.checkpoint, checkpoint)) continue;
      const submitted = await readSubmission(this.sides, index, number, this.l1StartBlock);
      if (submitted === null || !excludeEachOther(sealed, submitted)) {
        throw new StepError(
          "temporary",
          "CheckpointForked",
          `L1 accepted another checkpoint ${index} at height ${checkpoint.height} than the sidechain finalized, and its ` +
            "seals are in no plain call: report the conflict by hand (F2, B6)",
        );
      }
      await this.report([sealed, submitted]);
      return false;
    }
    return finalized.length > 0;
  }

  private async report(conflict: Conflict): Promise<void> {
    const [a] = conflict;
    const { height } = a.certificate.checkpoint;
    const request = {
      key: `conflict:${height}`,
      to: this.sides.bridge.view,
      data: encodeReportConflict(...conflict),
      gasLimit: REPORT_BASE_GAS + a.validators.length * REPORT_GAS_PER_VALIDATOR,
    };
    if (this.lane.has(request.key)) return;
    try {
      await this.lane.simulate(request);
    } catch (error) {
      const data = revertData(error);
      if (data === null) throw error;
      const name = SIDECHAIN_VIEW.parseError(data)?.name ?? data;
      if (this.saidOnce.isNews(request.key, name))
        this.logger.warn({ height, reason: name }, "L1 takes this conflict for none");
      return;
    }
    this.logger.fatal(
      { height },
      "two certificates of one set exclude each other: freezing SidechainView (B6)",
    );
    await this.lane.submit(request);
  }
}

/** null for a node that does not answer, refuses, or answers something else. */
async function answerOf<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof BridgeError) return null;
    throw error;
  }
}
