import { type CausewayConfig, DEFAULT_CAUSEWAY_CONFIG } from "@causeway/protocol/genesis";
import type { Address, Hash, Hex } from "@causeway/protocol/hex";
import type { HeadEvent } from "../../src/chainReader.js";
import type { StateReader } from "../../src/engine/engine.js";
import { POOL_LIMITS, type PoolLimits } from "../../src/pool/poolLimits.js";
import type { PoolHead } from "../../src/pool/senderAccounts.js";
import { TransactionPool } from "../../src/pool/transactionPool.js";
import { CAUSEWAY_FORKS } from "../../src/rules/chainForks.js";
import { EMPTY_CODE_HASH } from "../../src/rules/senderCode.js";
import type { Account } from "../../src/types/account.js";
import type { Header } from "../../src/types/header.js";
import type { Transaction } from "../../src/types/transaction.js";
import { CHAIN_ID } from "./genesisInput.js";
import { SILENT } from "./makeChain.js";

export const GWEI = 10n ** 9n;
const RICH = 10n ** 24n;

export interface AccountsPoolOptions {
  readonly limits?: Partial<PoolLimits>;
  readonly spec?: Partial<CausewayConfig>;
  readonly now?: () => number;
  readonly baseFee?: bigint;
}

/** A pool on accounts that a test sets; whoever it does not name is rich and has sent nothing. */
export class AccountsPool {
  readonly accounts = new Map<Address, { nonce: bigint; balance: bigint; code: Hex }>();
  readonly pool: TransactionPool;
  /** Accounts read so far. */
  reads = 0;
  #head: PoolHead;

  constructor({ limits = {}, spec = {}, now = () => 0, baseFee = GWEI }: AccountsPoolOptions = {}) {
    this.#head = this.#at(0, baseFee);
    this.pool = new TransactionPool(
      {
        chainId: BigInt(CHAIN_ID),
        forks: CAUSEWAY_FORKS,
        spec: { ...DEFAULT_CAUSEWAY_CONFIG, ...spec },
        journal: null,
        log: SILENT,
        now,
        limits: { ...POOL_LIMITS, ...limits },
      },
      () => this.#head,
    );
  }

  account(address: Address) {
    return this.accounts.get(address) ?? { nonce: 0n, balance: RICH, code: "0x" as Hex };
  }

  /** Go on to a head whose block holds these transactions; accounts are for the test to set before. */
  async head(transactions: readonly Transaction[] = [], baseFee = GWEI): Promise<void> {
    this.#head = this.#at(this.#head.header.number + 1, baseFee);
    const block = { header: this.#head.header, transactions, ommers: [], withdrawals: null, size: 0 };
    await this.pool.finalized({ block, receipts: [] } as HeadEvent);
  }

  /** A head on which the base fee stays as it is. */
  #at(number: number, baseFee: bigint): PoolHead {
    const header = { number, gasLimit: 30_000_000n, gasUsed: 15_000_000n, baseFeePerGas: baseFee } as Header;
    return { header, state: this.#state() };
  }

  #state(): StateReader {
    return {
      account: async (address): Promise<Account> => {
        this.reads++;
        const { nonce, balance, code } = this.account(address);
        const codeHash: Hash = code === "0x" ? EMPTY_CODE_HASH : `0x${"c0".repeat(32)}`;
        return { nonce, balance, codeHash, storageHash: "0x" };
      },
      code: async (address) => this.account(address).code,
    } as StateReader;
  }
}

/** Every transaction the pool would offer a block, in order. */
export function offered(pool: TransactionPool, baseFee = GWEI): Transaction[] {
  const candidates = pool.candidates(baseFee);
  const transactions: Transaction[] = [];
  for (let next = candidates.next(1, 1); next !== null; next = candidates.next(1, 1)) transactions.push(next);
  return transactions;
}
