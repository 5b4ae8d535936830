import type { PoolPort } from "@causeway/chain/poolPort";
import type { Address, Hash } from "@causeway/protocol/hex";
import type { StatusPort } from "@causeway/rpc/statusPort";
import type { Logger } from "../ports/logger.js";
import { type PackedTransactions, packTransactions } from "./packedTransactions.js";

/** What the serve thread may ask of the voting thread. Arguments and answers are plain data. */
export interface VotingThread extends Omit<StatusPort, "clientVersion" | "minTipWei"> {
  addTransaction(raw: Uint8Array): Promise<Hash>;
  /** One transaction, or none when the pool does not hold it: then it may be in a block up to `head`, if in any. */
  pooledTransaction(hash: Hash): { readonly packed: PackedTransactions; readonly head: number };
  pendingNonce(address: Address): Promise<bigint>;
  poolStats(): { readonly pending: number; readonly queued: number };
  /** The first `max` that the next block could take. */
  pendingTransactions(max: number): PackedTransactions;
  /** @param sender whose transactions alone are wanted, or null. */
  poolContent(sender: Address | null): {
    readonly pending: PackedTransactions;
    readonly queued: PackedTransactions;
  };
  log(level: keyof Logger, fields: object, message: string): void;
}

/** @param headNumber of the newest block that is durable, which the serve thread may not have been told of. */
export function votingThread(
  pool: PoolPort,
  headNumber: () => number,
  status: StatusPort,
  log: Logger,
): VotingThread {
  return {
    addTransaction: (raw) => pool.add(raw),
    pooledTransaction: (hash) => {
      const transaction = pool.get(hash);
      return { packed: packTransactions(transaction === null ? [] : [transaction]), head: headNumber() };
    },
    pendingNonce: (address) => pool.pendingNonce(address),
    poolStats: () => pool.stats(),
    pendingTransactions: (max) => packTransactions(pool.pending(max)),
    poolContent: (sender) => {
      const { pending, queued } = pool.content(sender ?? undefined);
      return { pending: packTransactions(pending), queued: packTransactions(queued) };
    },
    coinbase: () => status.coinbase(),
    syncing: () => status.syncing(),
    listening: () => status.listening(),
    peers: () => status.peers(),
    halted: () => status.halted(),
    refused: () => status.refused(),
    evidence: (page) => status.evidence(page),
    rounds: () => status.rounds(),
    details: () => status.details(),
    log: (level, fields, message) => log[level](fields, message),
  };
}
