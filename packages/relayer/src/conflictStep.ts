import { BridgeError, revertData } from "@causeway/bridge/bridgeError";
import type { BridgeSides } from "@causeway/bridge/bridgeSides";
import { SIDECHAIN_VIEW } from "@causeway/bridge/contractInterfaces";
import { encodeReportConflict } from "@causeway/bridge/encodeCalls";
import { findAcceptedCheckpoint } from "@causeway/bridge/l1/findAcceptedCheckpoint";
import { type Conflict, excludeEachOther, readConflicts } from "@causeway/bridge/l1/readConflicts";
import { readSidechainView } from "@causeway/bridge/l1/readSidechainView";
import { readSubmission } from "@causeway/bridge/l1/readSubmission";
import { callHex, callUint } from "@causeway/bridge/rpc/callContract";
import type { RpcReader } from "@causeway/bridge/rpc/rpcReader";
import { readCertificate } from "@causeway/bridge/sidechain/readCertificate";
import { readHeader } from "@causeway/bridge/sidechain/readHeader";
import { checkpointsConflict } from "@causeway/protocol/checkpoint";
import type { Hash } from "@causeway/protocol/hex";
import type { Logger } from "pino";
import type { RelayerStore } from "./relayerStore.js";
import { SaidOnce } from "./saidOnce.js";
import { StepError } from "./severity.js";
import type { Step } from "./step.js";
import type { TransactionLane } from "./transactionLane.js";

/** Gas of reportConflict: fixed part, and per validator for its place in the set and its two seals, with room. */
const REPORT_BASE_GAS = 200_000;
const REPORT_GAS_PER_VALIDATOR = 24_000;
/** Checkpoints that a relayer new to the bridge looks back at: each takes a search of L1's logs. */
const CHECKPOINTS_BACK_MAX = 16;
const COMPARED_KEY = "conflict compared";

/**
 * Freezes SidechainView with two certificates that exclude each other (F2, B6): those of a node in safety stop, and what
 * L1 accepted against what the nodes have finalized, for a quorum that lies to L1 alone is what can rob the Vault (B16).
 * Nodes are not trusted: L1 checks the seals, and a report it would refuse is not sent.
 */
export class ConflictStep implements Step {
  readonly name = "conflict";
  progress = {};
  /** Accepted checkpoints below this index are final on L1 and agree with the sidechain. */
  private comparedBelow: number | null = null;
  /** Records that agree, by index, of checkpoints that L1 may still take back. */
  private readonly agreeing = new Map<number, Hash>();
  private readonly saidOnce = new SaidOnce();

  /** @param nodes every sidechain node by itself: one may know what another hides. */
  constructor(
    private readonly sides: BridgeSides,
    private readonly nodes: readonly RpcReader[],
    private readonly lane: TransactionLane,
    private readonly l1StartBlock: number,
    private readonly store: RelayerStore,
    private readonly logger: Logger,
  ) {}

  async run(): Promise<void> {
    const { l1, bridge } = this.sides;
    const view = await readSidechainView(l1, bridge.view, "latest");
    if (view.frozenAt !== 0) return;
    for (const conflict of await this.shown()) await this.report(conflict);
    await this.compareAccepted(view.records);
  }

  reset(): void {
    this.agreeing.clear();
  }

  private async compareAccepted(records: number): Promise<void> {
    const { l1, bridge } = this.sides;
    const final = await this.finalRecords();
    this.comparedBelow ??=
      (await this.store.get<number>(COMPARED_KEY)) ?? Math.max(1, records - CHECKPOINTS_BACK_MAX);
    for (let index = this.comparedBelow; index < records; index++) {
      const record = await callHex(l1, bridge.view, SIDECHAIN_VIEW, "records", [index], "latest");
      if (this.agreeing.get(index) !== record && !(await this.agrees(index))) return;
      this.agreeing.set(index, record);
      if (index < final) await this.settle(index + 1);
    }
  }

  /** Records that L1 takes back no more; none while the bridge itself is younger than L1's finality. */
  private async finalRecords(): Promise<number> {
    const { l1, bridge } = this.sides;
    try {
      return Number(await callUint(l1, bridge.view, SIDECHAIN_VIEW, "recordsLength", [], "finalized"));
    } catch (error) {
      if (error instanceof BridgeError && error.code === "NoContract") return 0;
      throw error;
    }
  }

  private async settle(below: number): Promise<void> {
    await this.store.put(COMPARED_KEY, below);
    this.comparedBelow = below;
    this.agreeing.delete(below - 1);
    this.progress = { comparedBelow: below };
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
            "the seals were not submitted in a direct call: report the conflict by hand (F2, B6)",
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
        this.logger.warn({ height, reason: name }, "L1 does not accept this as a conflict");
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
