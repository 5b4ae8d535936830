import { type Block, decodeBlock } from "@causeway/protocol/block";
import type { Certificate } from "@causeway/protocol/certificate";
import { CausewayError } from "@causeway/protocol/errors";
import type { ExecutionOutcome } from "@causeway/protocol/executionOutcome";
import type { CausewayConfig } from "@causeway/protocol/genesis";
import type { Head } from "@causeway/protocol/head";
import type { Hash } from "@causeway/protocol/hex";
import { overrideAt } from "@causeway/protocol/validatorOverride";
import { type ValidatorSet, validatorSetHash } from "@causeway/protocol/validatorSet";
import { chainError, isChainError } from "../chainError.js";
import type { BuildRequest, ExecutionPort } from "../chainPort.js";
import type { HeadEvent } from "../chainReader.js";
import { type BlockParts, decodeBlockParts, encodeBlock } from "../codec/block.js";
import { causewayHeader, EMPTY_LIST_HASH, EMPTY_ROOT, headerHash, ZERO_NONCE } from "../codec/header.js";
import { listRoot } from "../codec/listRoot.js";
import { decodeReceipts, encodeReceipts } from "../codec/receipt.js";
import { EMPTY_REQUESTS_HASH } from "../codec/requestsHash.js";
import { decodeTransaction } from "../codec/transaction.js";
import type { BlockContext, BlockResult, BlockSession, Engine } from "../engine/engine.js";
import { type HeadListener, HeadListeners } from "../headListeners.js";
import type { Logger } from "../logger.js";
import { checkRules, HEADER_RULES, RESULT_RULES } from "../rules/causeway/headerRules.js";
import type { ChainStore } from "../store/chainStore.js";
import type { FullBlock } from "../types/block.js";
import type { CausewayHeader } from "../types/header.js";
import type { Transaction } from "../types/transaction.js";
import { type CausewayContext, childContext } from "./blockContext.js";
import { checkOverrides } from "./checkOverrides.js";
import { type ExecutedBlock, ExecutedBlocks } from "./executedBlocks.js";
import type { ExecutionClocks } from "./executionClocks.js";
import { type Candidates, fillBlock, type Interruption } from "./fillBlock.js";
import { irregularChange } from "./irregularChange.js";
import { nextValidators } from "./nextValidators.js";
import { readOutcome } from "./readOutcome.js";
import { validatorsAt } from "./validatorsAt.js";

/** The pool as block production uses it. */
export interface TransactionSource {
  candidates(baseFee: bigint): Candidates;
  /** Decoded and recovered before, if the pool holds it. */
  get(hash: Hash): Transaction | null;
  /** A candidate was broken off because the block's time was up (H4). */
  interrupted(interruption: Interruption): void;
  /** A block became final. */
  finalized(event: HeadEvent): Promise<void>;
}

export interface ExecutionParts {
  readonly engine: Engine;
  readonly store: ChainStore;
  readonly spec: CausewayConfig;
  readonly log: Logger;
  readonly clocks: ExecutionClocks;
}

/** Builds, executes and finalizes blocks on the head. */
export class ChainExecution implements ExecutionPort {
  readonly #engine: Engine;
  readonly #store: ChainStore;
  readonly #spec: CausewayConfig;
  readonly #log: Logger;
  readonly #clocks: ExecutionClocks;
  readonly #pool: TransactionSource;
  readonly #executed = new ExecutedBlocks();
  readonly #running = new Map<Hash, { readonly bytes: Uint8Array; readonly done: Promise<ExecutedBlock> }>();
  readonly #listeners: HeadListeners;
  #executions = 0;
  #parent: CausewayHeader;
  #head: Head;
  #committing: Promise<unknown> = Promise.resolve();

  private constructor(parts: ExecutionParts, pool: TransactionSource, parent: CausewayHeader, head: Head) {
    this.#engine = parts.engine;
    this.#store = parts.store;
    this.#spec = parts.spec;
    this.#log = parts.log;
    this.#clocks = parts.clocks;
    this.#pool = pool;
    this.#listeners = new HeadListeners(parts.log);
    this.#parent = parent;
    this.#head = head;
  }

  static async resume(parts: ExecutionParts, pool: TransactionSource): Promise<ChainExecution> {
    const { store, spec } = parts;
    const stored = await store.header(store.headNumber);
    if (stored === null) throw chainError("DatabaseUnusable", "data directory lacks the head block");
    const parent = causewayHeader(stored);
    await checkOverrides(store, spec);
    const set = (height: number) => {
      const found = validatorsAt(height, store, spec);
      if (found !== null) return found;
      throw chainError("DatabaseUnusable", `data directory lacks the validators of height ${height}`);
    };
    return new ChainExecution(parts, pool, parent, {
      height: parent.number,
      hash: parent.hash,
      coinbase: parent.miner,
      timestamp: parent.timestamp,
      validators: set(parent.number),
      nextValidators: set(parent.number + 1),
      certificate: store.certificate(parent.number),
    });
  }

  get executedBlocks(): number {
    return this.#executions;
  }

  head(): Head {
    return this.#head;
  }

  /** Header of the head. */
  get headHeader(): CausewayHeader {
    return this.#parent;
  }

  onHead(listener: HeadListener): () => void {
    return this.#listeners.add(listener);
  }

  /** Resolves when no commit is under way. */
  async idle(): Promise<void> {
    await this.#committing;
  }

  async build(
    request: BuildRequest,
    signal: AbortSignal,
  ): Promise<{ block: Block; outcome: ExecutionOutcome }> {
    const [parent, head] = [this.#parent, this.#head];
    const override = overrideAt(this.#spec, request.height + 1);
    if (override !== null) {
      throw chainError(
        "V6.hash",
        `block ${request.height} cannot be built here: the chain spec's override at ${override.height} requires the parent ${override.parentHash}, which must come from a peer (V6)`,
      );
    }
    if (request.parentHash !== parent.hash || request.height !== parent.number + 1) {
      throw chainError(
        "StaleBuild",
        `block ${request.height} on ${request.parentHash} cannot be built: the head is ${parent.number} ${parent.hash}`,
      );
    }
    const context = childContext(parent, this.#spec, request.coinbase, request.timestamp);
    const deadlineMs = this.#clocks.now() + request.deadlineMs;
    this.#executions++;
    const session = await this.#begin(parent, context);
    const candidates = this.#pool.candidates(context.baseFeePerGas);
    const { transactions, interruption } = await fillBlock(session, context, candidates, this.#spec, {
      signal,
      deadlineMs,
      budgetMs: request.deadlineMs,
      clocks: this.#clocks,
    });
    if (interruption !== null) this.#pool.interrupted(interruption);
    const result = await session.finish();
    const header = sealHeader(context, head.nextValidators, transactions, result);
    const bytes = encodeBlock(header, transactions);
    const executed = await this.#keep(head, { header, bytes, transactions, result });
    return { block: decodeBlock(bytes), outcome: executed.outcome };
  }

  async execute(block: Block, signal: AbortSignal): Promise<ExecutionOutcome> {
    for (;;) {
      const known = this.#executed.get(block.hash);
      if (known !== undefined && sameBytes(known.bytes, block.bytes)) return known.outcome;
      const running = this.#running.get(block.hash);
      // The hash covers the header only: another body under it must fail by its own rules, not pass by the cache.
      if (known !== undefined || (running !== undefined && !sameBytes(running.bytes, block.bytes))) {
        return (await this.#executeNew(block, signal)).outcome;
      }
      if (running === undefined) return (await this.#start(block, signal)).outcome;
      try {
        return (await running.done).outcome;
      } catch (error) {
        // Somebody else's signal ended it: start again unless ours did too.
        if (!isChainError(error) || error.code !== "Aborted" || signal.aborted) throw error;
      }
    }
  }

  commit(block: Block, certificate: Certificate): Promise<Head> {
    const committing = this.#committing.then(() => this.#commit(block, certificate));
    this.#committing = committing.catch(() => undefined);
    return committing;
  }

  async #start(block: Block, signal: AbortSignal): Promise<ExecutedBlock> {
    const done = this.#executeNew(block, signal);
    this.#running.set(block.hash, { bytes: block.bytes, done });
    try {
      return await done;
    } finally {
      this.#running.delete(block.hash);
    }
  }

  async #executeNew(block: Block, signal: AbortSignal): Promise<ExecutedBlock> {
    const [parent, head] = [this.#parent, this.#head];
    const parts = decodeBlockParts(block.bytes);
    const { header } = parts;
    checkRules(HEADER_RULES, {
      parts,
      header,
      parent,
      spec: this.#spec,
      validators: head.nextValidators,
      transactionsRoot: listRoot(parts.rawTransactions),
    });
    const transactions = this.#decodeTransactions(parts);
    this.#executions++;
    const session = await this.#begin(parent, header);
    for (const transaction of transactions) await session.run(transaction, { signal });
    const result = await session.finish();
    checkRules(RESULT_RULES, { header, result });
    return this.#keep(head, { header, bytes: block.bytes, transactions, result });
  }

  async #begin(parent: CausewayHeader, context: BlockContext): Promise<BlockSession> {
    const irregular = await irregularChange(
      this.#engine,
      { kind: "causeway", spec: this.#spec },
      parent,
      context.number,
    );
    return this.#engine.beginBlock(parent.stateRoot, context, irregular);
  }

  /** Senders the pool recovered already are not recovered again. */
  #decodeTransactions({ header, rawTransactions }: BlockParts): Transaction[] {
    return rawTransactions.map((raw, i) => {
      try {
        return decodeTransaction(raw, (hash) => this.#pool.get(hash));
      } catch (error) {
        // What no decoder throws is a fault of this node's own (H5).
        if (!(error instanceof CausewayError)) throw error;
        throw chainError(
          "H1.transactions",
          `block ${header.number} ${header.hash}: transaction ${i}: ${error.message} (H1)`,
        );
      }
    });
  }

  async #keep(head: Head, block: Omit<ExecutedBlock, "outcome">): Promise<ExecutedBlock> {
    const { header, result } = block;
    const next = await nextValidators(
      header.number,
      head.nextValidators,
      result.state,
      this.#spec,
      this.#log,
    );
    const outcome = await readOutcome(result.state, header.hash, result.stateRoot, next, this.#spec);
    const executed = { ...block, outcome };
    this.#executed.add(executed);
    return executed;
  }

  async #commit(block: Block, certificate: Certificate): Promise<Head> {
    if (block.hash === this.#head.hash) return this.#head;
    if (block.height <= this.#head.height) {
      const finalized = await this.#store.hash(block.height);
      if (finalized === block.hash) return this.#head;
      throw chainError(
        "F2",
        `block ${block.hash} at height ${block.height} conflicts with the finalized ${finalized} (F2)`,
      );
    }
    const executed = this.#executed.get(block.hash);
    if (executed === undefined || executed.header.parentHash !== this.#head.hash) {
      throw chainError("NotExecuted", `block ${block.height} ${block.hash} was not executed on the head`);
    }
    const { header, bytes, result, outcome, transactions } = executed;
    if (certificate.checkpoint.blockHash !== block.hash) {
      throw chainError(
        "CertificateMismatch",
        `certificate of ${certificate.checkpoint.blockHash} given for block ${block.hash}`,
      );
    }
    const epochEnds = header.number % this.#spec.epochLength === 0;
    await this.#store.append({
      header,
      bytes,
      certificate,
      results: result.results,
      nodes: result.nodes,
      newValidators: epochEnds ? outcome.nextValidators : null,
    });
    this.#parent = header;
    this.#head = {
      height: header.number,
      hash: header.hash,
      coinbase: header.miner,
      timestamp: header.timestamp,
      validators: this.#head.nextValidators,
      // Not the outcome's where an override follows: the checkpoint was signed before anybody knew of it (V6).
      nextValidators: overrideAt(this.#spec, header.number + 1)?.validators ?? outcome.nextValidators,
      certificate,
    };
    this.#executed.dropUpTo(header.number);
    const full: FullBlock = { header, transactions, ommers: [], withdrawals: [], size: bytes.length };
    const receipts = decodeReceipts(encodeReceipts(result.results), header);
    await this.#listeners.tellAfter((event) => this.#pool.finalized(event), { block: full, receipts });
    return this.#head;
  }
}

/** The header of a block just built: what H1 prescribes and execution gave. */
function sealHeader(
  context: CausewayContext,
  validators: ValidatorSet,
  transactions: readonly Transaction[],
  result: BlockResult,
): CausewayHeader {
  const fields = {
    ...context,
    sha3Uncles: EMPTY_LIST_HASH,
    stateRoot: result.stateRoot,
    transactionsRoot: listRoot(transactions.map((transaction) => transaction.raw)),
    receiptsRoot: result.receiptsRoot,
    logsBloom: result.logsBloom,
    difficulty: 0n,
    gasUsed: result.gasUsed,
    extraData: validatorSetHash(validators),
    nonce: ZERO_NONCE,
    withdrawalsRoot: EMPTY_ROOT,
    blobGasUsed: 0n,
    excessBlobGas: 0n,
    // Every block here is of Osaka's rules (H2).
    requestsHash: result.requestsHash ?? EMPTY_REQUESTS_HASH,
  };
  return { ...fields, hash: headerHash(fields) };
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
