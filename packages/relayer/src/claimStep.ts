import { BridgeError, revertData } from "@causeway/bridge/bridgeError";
import type { BridgeSides } from "@causeway/bridge/bridgeSides";
import { CLAIM_INBOX } from "@causeway/bridge/contractInterfaces";
import { encodeClaim } from "@causeway/bridge/encodeCalls";
import { type AcceptedCheckpoint, findStandingCheckpoint } from "@causeway/bridge/l1/findAcceptedCheckpoint";
import { readFinalView } from "@causeway/bridge/l1/readFinalView";
import type { SidechainViewState } from "@causeway/bridge/l1/readSidechainView";
import { deliveryGasLimit } from "@causeway/bridge/messages/deliveryGasLimit";
import { OutboxMirror } from "@causeway/bridge/messages/outboxMirror";
import { readClaimDelivery } from "@causeway/bridge/messages/readInboxes";
import type { BridgeMessage } from "@causeway/protocol/bridgeMessage";
import { PREDEPLOYS } from "@causeway/protocol/predeploys";
import type { Logger } from "pino";
import type { FailedMessages } from "./failedMessages.js";
import type { RelayerStore } from "./relayerStore.js";
import type { Step } from "./step.js";
import { StoredMessages } from "./storedMessages.js";
import type { TransactionLane } from "./transactionLane.js";

/** Claims under way at once. */
const CLAIMS_IN_FLIGHT_MAX = 16;
/** Messages whose state is asked for at once. */
const STATUS_BATCH = 32;
/** A claim that L1 refuses is tried again after this many looks, so that one bad message does not hold back others. */
const REFUSED_PAUSE_RUNS = 60;
const CLAIMED_BELOW_KEY = "claim!below";

/**
 * Claims on L1 what was withdrawn, for anyone, against the newest checkpoint that stands in a final block. Only messages from
 * Mint to the Vault: carrying whatever anybody writes into the Outbox would spend our gas for strangers.
 */
export class ClaimStep implements Step {
  readonly name = "claim";
  progress = {};
  private readonly mirror: OutboxMirror;
  /** What the last look found, and the state of the view it was found for. */
  private standing:
    | { readonly records: number; readonly frozenAt: number; readonly accepted: AcceptedCheckpoint | null }
    | undefined;
  /** All messages below are claimed in final blocks, or none of ours. */
  private claimedBelow: number | undefined;
  private readonly refused = new Map<number, number>();
  private runs = 0;

  constructor(
    private readonly sides: BridgeSides,
    private readonly lane: TransactionLane,
    private readonly l1StartBlock: number,
    private readonly store: RelayerStore,
    private readonly failed: FailedMessages,
    private readonly logger: Logger,
  ) {
    const cache = new StoredMessages(store, "sidechain claimed");
    const isOurs = ({ sender, target }: BridgeMessage) =>
      sender === PREDEPLOYS.mint && target === sides.bridge.vault;
    this.mirror = new OutboxMirror(sides.sidechain, PREDEPLOYS.outbox, 0, cache, isOurs);
  }

  async run(): Promise<void> {
    this.runs += 1;
    for (const [nonce, until] of this.refused) if (until <= this.runs) this.refused.delete(nonce);
    const { blockNumber: finalized, view } = await readFinalView(this.sides);
    await this.lane.reconcile(finalized);
    if (view === null) return;
    this.claimedBelow ??= (await this.store.get<number>(CLAIMED_BELOW_KEY)) ?? 0;
    this.progress = { provable: view.outboxCount, claimedBelow: this.claimedBelow };
    if (view.outboxCount <= this.claimedBelow) return;
    const accepted = await this.checkpoint(view, finalized);
    if (accepted === null || accepted.checkpoint.outboxCount <= this.claimedBelow) return;
    const { outboxRoot: root, outboxCount: count, height } = accepted.checkpoint;
    await this.mirror.syncTo({ root, count }, height);
    await this.advance(count, finalized);
    for (const nonce of await this.unclaimed(count)) {
      if (this.lane.pending("claim") >= CLAIMS_IN_FLIGHT_MAX) return;
      await this.claim(nonce, accepted);
    }
  }

  reset(): void {
    this.mirror.reset();
    this.standing = undefined;
    this.claimedBelow = 0;
  }

  private async checkpoint(view: SidechainViewState, finalized: number): Promise<AcceptedCheckpoint | null> {
    const { records, frozenAt } = view;
    if (this.standing?.records !== records || this.standing.frozenAt !== frozenAt) {
      const accepted = await findStandingCheckpoint(this.sides, view, finalized, this.l1StartBlock);
      this.standing = { records, frozenAt, accepted };
    }
    return this.standing.accepted;
  }

  /** Remember how far everything is claimed for good, so that a restart does not ask for each old message again. */
  private async advance(count: number, finalized: number): Promise<void> {
    const start = this.claimedBelow ?? 0;
    let below = start;
    while (below < count && (await this.isSettled(below, finalized))) below += 1;
    if (below === start) return;
    await this.store.put(CLAIMED_BELOW_KEY, below);
    this.claimedBelow = below;
  }

  /** Not ours, or claimed in a final block; a claim whose call failed is noted for another try. */
  private async isSettled(nonce: number, finalized: number): Promise<boolean> {
    const message = this.mirror.message(nonce)?.message;
    if (message === undefined) return true;
    const { l1, bridge } = this.sides;
    const delivery = await readClaimDelivery(l1, bridge.inbox, nonce, finalized);
    if (delivery === "failed") await this.failed.add(message);
    return delivery !== "waiting";
  }

  private async unclaimed(count: number): Promise<number[]> {
    const from = this.claimedBelow ?? 0;
    const open = Array.from({ length: count - from }, (_, i) => from + i).filter((nonce) =>
      this.isOpen(nonce),
    );
    const unclaimed: number[] = [];
    for (let i = 0; i < open.length && unclaimed.length < CLAIMS_IN_FLIGHT_MAX; i += STATUS_BATCH) {
      const batch = open.slice(i, i + STATUS_BATCH);
      const claimed = await Promise.all(batch.map((nonce) => this.isClaimed(nonce)));
      unclaimed.push(...batch.filter((_, j) => claimed[j] === false));
    }
    return unclaimed;
  }

  private isOpen(nonce: number): boolean {
    return (
      this.mirror.message(nonce) !== undefined && !this.refused.has(nonce) && !this.lane.has(`claim:${nonce}`)
    );
  }

  private async isClaimed(nonce: number): Promise<boolean> {
    const { l1, bridge } = this.sides;
    return (await readClaimDelivery(l1, bridge.inbox, nonce)) !== "waiting";
  }

  private async claim(nonce: number, accepted: AcceptedCheckpoint): Promise<void> {
    const proven = this.mirror.prove(nonce, accepted.checkpoint.outboxCount);
    const request = {
      key: `claim:${nonce}`,
      to: this.sides.bridge.inbox,
      data: encodeClaim(proven, accepted),
      gasLimit: deliveryGasLimit(proven.message),
    };
    try {
      await this.lane.simulate(request);
    } catch (error) {
      const data = revertData(error);
      if (!(error instanceof BridgeError) || data === null) throw error;
      const reason = CLAIM_INBOX.parseError(data)?.name ?? data;
      if (reason !== "AlreadyClaimed")
        this.logger.warn({ nonce, reason }, "L1 refuses the claim, trying later");
      this.refused.set(nonce, this.runs + REFUSED_PAUSE_RUNS);
      return;
    }
    await this.lane.submit(request);
  }
}
