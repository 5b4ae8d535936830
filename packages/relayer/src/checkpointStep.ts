import { revertData } from "@causeway/bridge/bridgeError";
import type { BridgeSides } from "@causeway/bridge/bridgeSides";
import { SIDECHAIN_VIEW, VALIDATOR_SET } from "@causeway/bridge/contractInterfaces";
import { encodeSubmitCheckpoint } from "@causeway/bridge/encodeCalls";
import { readSidechainView, type SidechainViewState } from "@causeway/bridge/l1/readSidechainView";
import { callContract } from "@causeway/bridge/rpc/callContract";
import type { SealedCheckpoint } from "@causeway/bridge/sidechain/readCertificate";
import { readAcceptedObservation } from "@causeway/bridge/sidechain/readEthereumView";
import { readHeader } from "@causeway/bridge/sidechain/readHeader";
import type { Address } from "@causeway/protocol/hex";
import { PREDEPLOYS } from "@causeway/protocol/predeploys";
import { type ValidatorSet, validatorSetHash } from "@causeway/protocol/validatorSet";
import type { Logger } from "pino";
import { chooseCheckpoint, requireCertificate } from "./chooseCheckpoint.js";
import { StepError } from "./severity.js";
import type { Step } from "./step.js";
import type { TransactionLane, TransactionRequest } from "./transactionLane.js";

/** Gas of submitCheckpoint: fixed part, and per validator in each set given and per seal, with room. */
const CHECKPOINT_BASE_GAS = 200_000;
const CHECKPOINT_GAS_PER_VALIDATOR = 8_000;

/** What makes a checkpoint due. */
type Reason = "set change" | "withdrawals wait" | "heartbeat";

/** When checkpoints are due beside every set change. Seconds of L1 block time. */
export interface CheckpointTiming {
  readonly heartbeatSeconds: number;
  readonly intervalSeconds: number;
}

/** Submits checkpoints to L1: every set change (V5), a heartbeat, and when withdrawals wait. */
export class CheckpointStep implements Step {
  readonly name = "checkpoint";
  progress = {};
  /** Epoch boundaries up to this height change no set, counted from the view's head. */
  private boundariesScannedTo = 0;

  constructor(
    private readonly sides: BridgeSides,
    private readonly lane: TransactionLane,
    private readonly epochLength: number,
    private readonly timing: CheckpointTiming,
    private readonly logger: Logger,
  ) {}

  async run(): Promise<void> {
    const { l1, bridge } = this.sides;
    const finalized = await readHeader(l1, "finalized");
    await this.lane.reconcile(finalized.number);
    const view = await readSidechainView(l1, bridge.view, "latest");
    this.progress = { height: view.height, acceptedAt: view.acceptedAt, withdrawals: view.outboxCount };
    this.requireOpen(view);
    if (this.lane.pending("checkpoint") > 0) return;
    const due = await this.due(view);
    if (due === null) return;
    const chosen = await chooseCheckpoint(this.sides, view, due.sealed);
    if (chosen !== null && serves(chosen, view, due.reason)) await this.submit(chosen, view, due.reason);
    if (chosen !== due.sealed) await this.judgeInboxFork(due.sealed);
  }

  reset(): void {
    this.boundariesScannedTo = 0;
  }

  private requireOpen({ frozenAt }: SidechainViewState): void {
    if (frozenAt === 0) return;
    throw new StepError(
      "critical",
      "ViewFrozen",
      `SidechainView is frozen since L1 time ${frozenAt}: a conflict of the validators was proved (B6)`,
    );
  }

  private async due(view: SidechainViewState): Promise<{ sealed: SealedCheckpoint; reason: Reason } | null> {
    const head = await requireCertificate(this.sides, "latest");
    const { height, outboxCount } = head.certificate.checkpoint;
    const change = await this.nextSetChange(view, height);
    if (change !== null) return { sealed: change, reason: "set change" };
    if (height <= view.height) return null;
    const age = (await this.l1Time()) - view.acceptedAt;
    if (outboxCount > view.outboxCount && age >= this.timing.intervalSeconds) {
      return { sealed: head, reason: "withdrawals wait" };
    }
    return age >= this.timing.heartbeatSeconds ? { sealed: head, reason: "heartbeat" } : null;
  }

  /** First block above the view's head whose checkpoint changes the set: L1 can take no later one before it (V1, V5). */
  private async nextSetChange(view: SidechainViewState, head: number): Promise<SealedCheckpoint | null> {
    const from = Math.max(view.height, this.boundariesScannedTo);
    let boundary = (Math.floor(from / this.epochLength) + 1) * this.epochLength;
    for (; boundary <= head; boundary += this.epochLength) {
      const sealed = await requireCertificate(this.sides, boundary);
      const { validatorSetHash: sealing, nextValidatorSetHash: next } = sealed.certificate.checkpoint;
      if (next !== sealing) return sealed;
      this.boundariesScannedTo = boundary;
    }
    return null;
  }

  private async submit(sealed: SealedCheckpoint, view: SidechainViewState, reason: Reason): Promise<void> {
    const { checkpoint } = sealed.certificate;
    if (checkpoint.height <= view.height || checkpoint.timestamp <= view.timestamp) return;
    const nextSet = await this.nextSet(sealed);
    const members = 2 * sealed.validators.length + nextSet.length;
    const request = {
      key: `checkpoint:${checkpoint.height}`,
      to: this.sides.bridge.view,
      data: encodeSubmitCheckpoint(sealed, nextSet),
      gasLimit: CHECKPOINT_BASE_GAS + members * CHECKPOINT_GAS_PER_VALIDATOR,
    };
    if (!(await this.passes(request))) return;
    this.logger.info({ height: checkpoint.height, reason }, "submitting checkpoint");
    await this.lane.submit(request);
  }

  /** The set after the checkpoint's block, read from ValidatorSet; consensus reads the same list (V1, V2). */
  private async nextSet({ certificate }: SealedCheckpoint): Promise<ValidatorSet> {
    const { height, validatorSetHash: sealing, nextValidatorSetHash: next } = certificate.checkpoint;
    if (next === sealing) return [];
    const { sidechain } = this.sides;
    const [list] = await callContract(
      sidechain,
      PREDEPLOYS.validatorSet,
      VALIDATOR_SET,
      "validators",
      [],
      height,
    );
    const set = (list as string[]).map((address) => address.toLowerCase() as Address);
    if (validatorSetHash(set) === next) return set;
    throw new StepError(
      "temporary",
      "WrongNextSet",
      `the set after block ${height} does not hash to ${next} (V1)`,
    );
  }

  private async passes(request: TransactionRequest): Promise<boolean> {
    try {
      await this.lane.simulate(request);
      return true;
    } catch (error) {
      const data = revertData(error);
      if (data === null) throw error;
      const name = SIDECHAIN_VIEW.parseError(data)?.name ?? data;
      if (name === "StaleHeight" || name === "TimeNotAfter") return false;
      // A boundary passed over, because L1 had a set change that a reorg took back, is found again after a reset.
      throw new StepError("reset", "CheckpointRefused", `L1 refuses ${request.key}: ${name}`, {
        cause: error,
      });
    }
  }

  /** Tells an L1 node that is behind from an L1 that denies what the sidechain consumed (B5, B16). */
  private async judgeInboxFork({ certificate }: SealedCheckpoint): Promise<void> {
    const { inboxCount, height } = certificate.checkpoint;
    const accepted = await readAcceptedObservation(this.sides.sidechain);
    const latest = await readHeader(this.sides.l1, "latest");
    if (latest.number < accepted.blockNumber) return;
    throw new StepError(
      "temporary",
      "InboxFork",
      `L1 denies what the sidechain consumed at block ${height} (${inboxCount} messages): attesters lied, or L1 was ` +
        "reorganized past finality; the bridge is stopped and the Vault keeps its money (B5)",
    );
  }

  private async l1Time(): Promise<number> {
    return (await readHeader(this.sides.l1, "latest")).timestamp;
  }
}

/** An older checkpoint than the one due may hold none of the withdrawals that made it due. */
function serves({ certificate }: SealedCheckpoint, view: SidechainViewState, reason: Reason): boolean {
  return reason !== "withdrawals wait" || certificate.checkpoint.outboxCount > view.outboxCount;
}
