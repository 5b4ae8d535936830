import { revertData } from "@causeway/bridge/bridgeError";
import type { BridgeSides } from "@causeway/bridge/bridgeSides";
import { encodeDeliver } from "@causeway/bridge/encodeCalls";
import { deliveryGasLimit } from "@causeway/bridge/messages/deliveryGasLimit";
import { OutboxMirror } from "@causeway/bridge/messages/outboxMirror";
import { readDepositDelivery, readInboxCount } from "@causeway/bridge/messages/readInboxes";
import { readAcceptedObservation } from "@causeway/bridge/sidechain/readEthereumView";
import { readHeader } from "@causeway/bridge/sidechain/readHeader";
import { PREDEPLOYS } from "@causeway/protocol/predeploys";
import type { Logger } from "pino";
import type { FailedMessages } from "./failedMessages.js";
import type { RelayerStore } from "./relayerStore.js";
import type { Step } from "./step.js";
import { StoredMessages } from "./storedMessages.js";
import type { TransactionLane } from "./transactionLane.js";

/** Deliveries under way at once; account nonces keep them in message order. */
const DELIVERIES_IN_FLIGHT_MAX = 8;
/** Delivered messages looked at in one run. */
const LOOKS_PER_RUN_MAX = 256;
const CHECKED_BELOW_KEY = "deliver!checkedBelow";

/** Brings L1's messages into the sidechain's OrderedInbox, strictly in nonce order (B3). */
export class DeliverStep implements Step {
  readonly name = "deliver";
  progress = {};
  private readonly mirror: OutboxMirror;
  /** Of all messages delivered below, those of ours that failed are noted. */
  private checkedBelow: number | undefined;

  constructor(
    private readonly sides: BridgeSides,
    private readonly lane: TransactionLane,
    private readonly logger: Logger,
    l1StartBlock: number,
    private readonly store: RelayerStore,
    private readonly failed: FailedMessages,
  ) {
    const cache = new StoredMessages(store, "l1 delivered");
    this.mirror = new OutboxMirror(sides.l1, sides.bridge.outbox, l1StartBlock, cache);
  }

  async run(): Promise<void> {
    const { sidechain } = this.sides;
    const head = await readHeader(sidechain, "latest");
    await this.lane.reconcile(head.number);
    const accepted = await readAcceptedObservation(sidechain);
    const next = await readInboxCount(sidechain);
    this.progress = { attested: accepted.outboxCount, delivered: next };
    this.checkedBelow ??= (await this.store.get<number>(CHECKED_BELOW_KEY)) ?? 0;
    if (next >= accepted.outboxCount && next <= this.checkedBelow) return;
    const state = { root: accepted.outboxRoot, count: accepted.outboxCount };
    await this.mirror.syncTo(state, accepted.blockNumber);
    await this.noteFailures(this.checkedBelow, Math.min(next, state.count));
    const end = Math.min(state.count, next + DELIVERIES_IN_FLIGHT_MAX);
    for (let nonce = next; nonce < end; nonce++) {
      if (!(await this.deliver(nonce, state.count))) return;
    }
  }

  reset(): void {
    this.mirror.reset();
    this.checkedBelow = 0;
  }

  /** Only messages from the Vault to Mint are retried: what else is written into the Outbox is its sender's affair. */
  private async noteFailures(from: number, delivered: number): Promise<void> {
    let below = from;
    for (; below < Math.min(delivered, from + LOOKS_PER_RUN_MAX); below++) {
      const message = this.mirror.message(below)?.message;
      if (message?.sender !== this.sides.bridge.vault || message.target !== PREDEPLOYS.mint) continue;
      const delivery = await readDepositDelivery(this.sides.sidechain, below);
      // Another node than the one that told the count, and behind it.
      if (delivery === "waiting") break;
      if (delivery === "failed") await this.failed.add(message);
    }
    if (below === from) return;
    await this.store.put(CHECKED_BELOW_KEY, below);
    this.checkedBelow = below;
  }

  /** @returns false when the message cannot be delivered now, which holds back all after it. */
  private async deliver(nonce: number, count: number): Promise<boolean> {
    const key = `deliver:${nonce}`;
    if (this.lane.has(key)) return true;
    const proven = this.mirror.prove(nonce, count);
    const request = {
      key,
      to: PREDEPLOYS.orderedInbox,
      data: encodeDeliver(proven),
      gasLimit: deliveryGasLimit(proven.message),
    };
    // Only the next message can be simulated: those after it build on what is still under way.
    if (this.lane.pending("deliver") === 0 && !(await this.passes(request, nonce))) return false;
    await this.lane.submit(request);
    return true;
  }

  private async passes(request: Parameters<TransactionLane["simulate"]>[0], nonce: number): Promise<boolean> {
    try {
      await this.lane.simulate(request);
      return true;
    } catch (error) {
      if (revertData(error) === null || (await readInboxCount(this.sides.sidechain)) <= nonce) throw error;
      this.logger.debug({ nonce }, "delivered by another carrier");
      return false;
    }
  }
}
