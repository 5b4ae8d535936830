import { BridgeError } from "@causeway/bridge/bridgeError";
import { encodeVote } from "@causeway/bridge/encodeCalls";
import { OutboxMirror } from "@causeway/bridge/messages/outboxMirror";
import { LOG_RANGE_BLOCKS } from "@causeway/bridge/rpc/findLog";
import type { RpcReader } from "@causeway/bridge/rpc/rpcReader";
import {
  type L1Observation,
  readAcceptedObservation,
  readAttestInterval,
  readVoteOf,
  readVotes,
} from "@causeway/bridge/sidechain/readEthereumView";
import { readHeader } from "@causeway/bridge/sidechain/readHeader";
import type { Address } from "@causeway/protocol/hex";
import { ZERO_HASH } from "@causeway/protocol/hex";
import { PREDEPLOYS } from "@causeway/protocol/predeploys";
import type { Logger } from "pino";
import type { AgreedL1 } from "./agreedL1.js";
import { PendingNumbers } from "./pendingNumbers.js";
import type { RelayerStore } from "./relayerStore.js";
import { StepError } from "./severity.js";
import type { Step } from "./step.js";
import { StoredMessages } from "./storedMessages.js";
import type { TransactionLane } from "./transactionLane.js";

/** Gas of EthereumView.vote with a full attester set, and room. */
const VOTE_GAS = 500_000;
const LAST_VOTE_KEY = "attest!lastVote";

/** What an attester works on. */
export interface AttestOptions {
  readonly l1: AgreedL1;
  /** Node whose logs the tree is rebuilt from; what it leaves out is noticed. */
  readonly l1Logs: RpcReader;
  readonly sidechain: RpcReader;
  readonly outbox: Address;
  readonly l1StartBlock: number;
  readonly lane: TransactionLane;
  readonly store: RelayerStore;
  readonly logger: Logger;
}

/** Votes on finalized L1 blocks (B7). */
export class AttestStep implements Step {
  readonly name = "attest";
  progress = {};
  private readonly mirror: OutboxMirror;
  private interval: number | undefined;
  /** Newest number dealt with: voted on, or without news. */
  private examined = 0;
  private votesScannedTo: number | undefined;
  /** L1 blocks that others voted on, not accepted and not dealt with here. */
  private readonly pendingNumbers = new PendingNumbers();

  constructor(private readonly options: AttestOptions) {
    const { l1Logs, outbox, l1StartBlock, store } = options;
    const cache = new StoredMessages(store, "l1 attested");
    this.mirror = new OutboxMirror(l1Logs, outbox, l1StartBlock, cache, () => false);
  }

  async run(): Promise<void> {
    const { l1, lane, sidechain } = this.options;
    const head = await readHeader(sidechain, "latest");
    await lane.reconcile(head.number);
    await this.requireLastVoteStands();
    const accepted = await readAcceptedObservation(sidechain);
    const finalized = await l1.finalizedNumber();
    this.progress = {
      l1Finalized: finalized,
      l1Accepted: accepted.blockNumber,
      messages: accepted.outboxCount,
    };
    await this.collectPending(head.number, accepted);
    for (const number of await this.candidates(accepted, finalized)) await this.examine(number, accepted);
  }

  reset(): void {
    this.mirror.reset();
    this.examined = 0;
  }

  /** (a) the newest final multiple; (b) the newest multiple others voted on that is final here. */
  private async candidates(accepted: L1Observation, finalized: number): Promise<Set<number>> {
    this.interval ??= await readAttestInterval(this.options.sidechain);
    const newest = finalized - (finalized % this.interval);
    const pending = this.pendingNumbers.newest(finalized);
    const candidates = new Set<number>();
    if (newest > accepted.blockNumber && newest > this.examined) candidates.add(newest);
    if (pending !== null) candidates.add(pending);
    return candidates;
  }

  private async examine(number: number, accepted: L1Observation): Promise<void> {
    try {
      await this.attest(number, accepted);
    } catch (error) {
      // Nodes keep the state of recent blocks only: what somebody voted on long ago cannot be proved any more.
      const pruned =
        error instanceof BridgeError && error.code === "RpcRefused" && this.pendingNumbers.has(number);
      if (!pruned) throw error;
      this.options.logger.warn({ number, reason: error.message }, "cannot verify what others voted on");
    }
    this.examined = Math.max(this.examined, number);
    this.pendingNumbers.remove(number);
  }

  private async attest(number: number, accepted: L1Observation): Promise<void> {
    const { l1, lane, outbox, sidechain, logger } = this.options;
    const key = `vote:${number}`;
    if (lane.has(key) || (await readVoteOf(sidechain, lane.address, number)) !== ZERO_HASH) return;
    const proven = await l1.outbox(outbox, number);
    if (proven.count <= accepted.outboxCount) return;
    await this.mirror.syncTo(proven, number);
    this.requirePrefix(accepted);
    const vote = {
      blockNumber: number,
      blockHash: proven.header.hash,
      outboxRoot: proven.root,
      outboxCount: proven.count,
    };
    await this.recordVote(vote);
    logger.info(vote, "voting");
    await lane.submit({ key, to: PREDEPLOYS.ethereumView, data: encodeVote(vote), gasLimit: VOTE_GAS });
  }

  /** Messages that the sidechain may have consumed already must be the first of what L1 holds now. */
  private requirePrefix(accepted: L1Observation): void {
    const state = { root: accepted.outboxRoot, count: accepted.outboxCount };
    if (accepted.outboxCount === 0 || this.mirror.hasPrefix(state)) return;
    throw new StepError(
      "critical",
      "AcceptedRootNotPrefix",
      `the sidechain accepted Outbox root ${state.root} at count ${state.count} (L1 block ${accepted.blockNumber}), ` +
        "which L1's Outbox never had on the chain seen here: attesters lied, or L1 was reorganized past finality (B7)",
    );
  }

  /** An L1 that changes a block voted on went back on its finality: nothing it says is safe to vote on. */
  private async requireLastVoteStands(): Promise<void> {
    const last = await this.options.store.get<L1Observation>(LAST_VOTE_KEY);
    if (last === undefined) return;
    const { hash } = await this.options.l1.header(last.blockNumber);
    if (hash === last.blockHash) return;
    throw new StepError(
      "critical",
      "FinalBlockReplaced",
      `L1 block ${last.blockNumber} was final with hash ${last.blockHash} when voted on and is ${hash} now (B7); ` +
        "investigate what happened, and resume voting only from a fresh data directory",
    );
  }

  private async recordVote(vote: L1Observation): Promise<void> {
    const last = await this.options.store.get<L1Observation>(LAST_VOTE_KEY);
    if (last === undefined || last.blockNumber < vote.blockNumber) {
      await this.options.store.put(LAST_VOTE_KEY, vote);
    }
  }

  private async collectPending(head: number, accepted: L1Observation): Promise<void> {
    const { sidechain, lane } = this.options;
    const from = Math.max(0, head - LOG_RANGE_BLOCKS + 1, this.votesScannedTo ?? 0);
    if (from <= head) {
      const votes = await readVotes(sidechain, { fromBlock: from, toBlock: head });
      const others = votes.filter(({ attester }) => attester !== lane.address);
      this.pendingNumbers.add(others.map(({ blockNumber }) => blockNumber));
      this.votesScannedTo = head + 1;
    }
    this.pendingNumbers.settle(accepted.blockNumber);
  }
}
