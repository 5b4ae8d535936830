import { CausewayError } from "@causeway/protocol/errors";
import { assertTransactionShape } from "@causeway/protocol/transactionShape";
import { RLP } from "@ethereumjs/rlp";
import { chainError, isChainError } from "../chainError.js";
import type { HeadEvent } from "../chainReader.js";
import { decodeEthereumBlock, type EthereumBlockParts } from "../codec/block.js";
import { checkNesting } from "../codec/blockNesting.js";
import { headerItems } from "../codec/header.js";
import { toHex } from "../codec/hex.js";
import { listRoot } from "../codec/listRoot.js";
import { decodeReceipts, encodeReceipts } from "../codec/receipt.js";
import { decodeTransaction } from "../codec/transaction.js";
import { encodeWithdrawal } from "../codec/withdrawal.js";
import { keccak256 } from "../crypto/nativeCrypto.js";
import type { BlockResult, Engine } from "../engine/engine.js";
import { type HeadListener, HeadListeners } from "../headListeners.js";
import type { Logger } from "../logger.js";
import type { ChainRules } from "../rules/chainRules.js";
import type { ForkSchedule } from "../rules/ethereum/forkSchedule.js";
import {
  BLOB_RULES,
  BODY_RULES,
  checkRules,
  HEADER_RULES,
  RESULT_RULES,
} from "../rules/ethereum/headerRules.js";
import { checkOmmers, OMMER_ANCESTORS } from "../rules/ethereum/ommerRules.js";
import { type Fork, hasFork } from "../rules/fork.js";
import type { ChainStore } from "../store/chainStore.js";
import type { FullBlock } from "../types/block.js";
import type { Header } from "../types/header.js";
import type { Transaction } from "../types/transaction.js";
import { irregularChange } from "./irregularChange.js";

export interface EthereumParts {
  readonly engine: Engine;
  readonly store: ChainStore;
  readonly schedule: ForkSchedule;
  readonly log: Logger;
}

/** What else of a node wants to know of blocks before anybody does: its pool. */
export type OnFinalized = (event: HeadEvent) => Promise<void>;

/** Grows a chain of plain Ethereum's rules by blocks that come from outside: it builds none, and it never turns back. */
export class EthereumExecution {
  readonly #parts: EthereumParts;
  readonly #rules: ChainRules;
  readonly #onFinalized: OnFinalized;
  readonly #listeners: HeadListeners;
  #head: Header;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(parts: EthereumParts, head: Header, onFinalized: OnFinalized) {
    this.#parts = parts;
    this.#rules = { kind: "ethereum", schedule: parts.schedule };
    this.#head = head;
    this.#onFinalized = onFinalized;
    this.#listeners = new HeadListeners(parts.log);
  }

  static async resume(parts: EthereumParts, onFinalized: OnFinalized): Promise<EthereumExecution> {
    const head = await parts.store.header(parts.store.headNumber);
    if (head === null) throw chainError("DatabaseUnusable", "data directory lacks the head block");
    return new EthereumExecution(parts, head, onFinalized);
  }

  get headHeader(): Header {
    return this.#head;
  }

  onHead(listener: HeadListener): () => void {
    return this.#listeners.add(listener);
  }

  /** Resolves when no import is under way. */
  async idle(): Promise<void> {
    await this.#turn;
  }

  /**
   * Check a block by its fork's rules, execute it on the head and make it durable.
   * @returns "known" where it is in the chain already.
   * @throws ChainError "eth.<rule>" for a block that is not valid here; the head stays.
   */
  import(bytes: Uint8Array): Promise<"imported" | "known"> {
    const done = this.#turn.then(() => this.#import(bytes));
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #import(bytes: Uint8Array): Promise<"imported" | "known"> {
    const parts = await inWordsOfEthereum(async () => {
      checkNesting(bytes);
      return decodeEthereumBlock(bytes);
    });
    const { header } = parts;
    if (await this.#isKnown(header)) return "known";
    const fork = this.#forkOf(header);
    const { schedule } = this.#parts;
    checkRules(HEADER_RULES, { header, parent: this.#head, fork, schedule });
    await this.#checkBody(parts, fork);
    const transactions = decodeTransactions(parts);
    checkRules(BLOB_RULES, { header, blobs: schedule.blobs(fork), blobCount: blobCount(transactions) });
    const result = await inWordsOfEthereum(() => this.#execute(parts, transactions, fork));
    checkRules(RESULT_RULES, { header, result });
    await this.#append(parts, bytes, transactions, result);
    return "imported";
  }

  async #isKnown({ number, hash, parentHash }: Header): Promise<boolean> {
    const { store } = this.#parts;
    if ((await store.hash(number)) === hash) return true;
    if (number === this.#head.number + 1) return false;
    throw chainError(
      "eth.attach",
      `block ${number} ${hash} on ${parentHash} does not extend the head ${this.#head.number} ${this.#head.hash}: this chain does not reorganize`,
    );
  }

  /** The merge is where work has come to its end, whatever a header says of its difficulty. */
  #forkOf({ number, timestamp }: Header): Fork {
    const { schedule, store } = this.#parts;
    const isPostMerge = schedule.isPostMerge(store.totalDifficulty(this.#head.number));
    return schedule.at({ number, timestamp, difficulty: isPostMerge ? 0n : 1n });
  }

  async #checkBody(parts: EthereumBlockParts, fork: Fork): Promise<void> {
    const { header, rawTransactions, ommers, withdrawals } = parts;
    checkRules(BODY_RULES, {
      header,
      parts,
      fork,
      transactionsRoot: listRoot(rawTransactions),
      ommersHash: toHex(keccak256(RLP.encode(ommers.map(headerItems)))),
      withdrawalsRoot: withdrawals === null ? null : listRoot(withdrawals.map(encodeWithdrawal)),
    });
    if (ommers.length > 0) checkOmmers(header, ommers, await this.#ancestors(), this.#parts.schedule);
  }

  /** The newest blocks. */
  async #ancestors(): Promise<FullBlock[]> {
    const { store } = this.#parts;
    const ancestors: FullBlock[] = [];
    const { number: newest } = this.#head;
    for (let number = newest; number >= 0 && number > newest - OMMER_ANCESTORS; number--) {
      const block = await store.block(number);
      if (block !== null) ancestors.push(block);
    }
    return ancestors;
  }

  async #execute(
    { header, ommers, withdrawals }: EthereumBlockParts,
    transactions: readonly Transaction[],
    fork: Fork,
  ): Promise<BlockResult> {
    const { engine } = this.#parts;
    const session = await engine.beginBlock(
      this.#head.stateRoot,
      header,
      await irregularChange(engine, this.#rules, this.#head, header.number),
    );
    for (const transaction of transactions) await session.run(transaction, {});
    return session.finish({ withdrawals: withdrawals ?? [], ommers: hasFork(fork, "paris") ? [] : ommers });
  }

  async #append(
    { header, ommers, withdrawals }: EthereumBlockParts,
    bytes: Uint8Array,
    transactions: readonly Transaction[],
    { results, nodes }: BlockResult,
  ): Promise<void> {
    const { store } = this.#parts;
    await store.append({ header, bytes, certificate: null, results, nodes, newValidators: null });
    this.#head = header;
    const block = { header, transactions, ommers, withdrawals, size: bytes.length };
    const receipts = decodeReceipts(encodeReceipts(results), header);
    await this.#listeners.tellAfter(this.#onFinalized, { block, receipts });
  }
}

/** @throws ChainError "eth.transactions" for one that does not decode or that nobody signed. */
function decodeTransactions({ header, rawTransactions }: EthereumBlockParts): Transaction[] {
  return rawTransactions.map((raw, i) => {
    try {
      assertTransactionShape(raw);
      return decodeTransaction(raw);
    } catch (error) {
      const problem = error instanceof CausewayError ? error.message : String(error);
      throw chainError(
        "eth.transactions",
        `block ${header.number} ${header.hash}: transaction ${i}: ${problem}`,
      );
    }
  });
}

function blobCount(transactions: readonly Transaction[]): number {
  return transactions.reduce((sum, { blobVersionedHashes }) => sum + (blobVersionedHashes?.length ?? 0), 0);
}

/** Decoders and engine name what they refuse by Causeway's rule H1; here it is plain Ethereum's. */
async function inWordsOfEthereum<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isChainError(error) || !error.code.startsWith("H1.")) throw error;
    const message = error.message.replace(/ \((.*, )?H1\)$/, (_, other) =>
      other ? ` (${other.slice(0, -2)})` : "",
    );
    throw chainError(`eth.${error.code.slice("H1.".length)}`, message, error);
  }
}
