import { chainError } from "@causeway/chain/chainError";
import type { BuildRequest, ExecutionPort } from "@causeway/chain/chainPort";
import { type BlockParts, decodeBlockParts, encodeBlock } from "@causeway/chain/codec/block";
import { EMPTY_BLOOM, EMPTY_LIST_HASH, EMPTY_ROOT, ZERO_NONCE } from "@causeway/chain/codec/header";
import { listRoot } from "@causeway/chain/codec/listRoot";
import { EMPTY_REQUESTS_HASH } from "@causeway/chain/codec/requestsHash";
import { nextBaseFee } from "@causeway/chain/rules/baseFee";
import { checkRules, HEADER_RULES } from "@causeway/chain/rules/causeway/headerRules";
import { mixHash } from "@causeway/chain/rules/causeway/mixHash";
import { nextGasLimit } from "@causeway/chain/rules/gasLimits";
import type { CausewayHeader } from "@causeway/chain/types/header";
import type { Transaction } from "@causeway/chain/types/transaction";
import { type Block, decodeBlock } from "@causeway/protocol/block";
import type { Certificate } from "@causeway/protocol/certificate";
import type { ExecutionOutcome } from "@causeway/protocol/executionOutcome";
import type { CausewayConfig } from "@causeway/protocol/genesis";
import type { Head } from "@causeway/protocol/head";
import type { Hash } from "@causeway/protocol/hex";
import { type ValidatorSet, validatorSetHash } from "@causeway/protocol/validatorSet";
import type { ModelPool } from "./modelPool.js";
import type { ModelStore, StoredBlock } from "./modelStore.js";
import { modelHash } from "./modelTransaction.js";

/** Executions remembered besides the head's, as the real chain does. */
const EXECUTED_MAX = 16;

export interface ModelExecutionParts {
  readonly store: ModelStore;
  readonly pool: ModelPool;
  readonly spec: CausewayConfig;
  /** S(height + 1). */
  readonly setAfter: (height: number) => ValidatorSet;
  /** Called once the block is durable. */
  readonly onCommitted: (block: StoredBlock) => void;
}

interface Executed {
  readonly parts: BlockParts;
  readonly transactions: readonly Hash[];
  readonly outcome: ExecutionOutcome;
}

/** Execution whose state root is a hash over the transactions, under the real header rules (H1). */
export class ModelExecution implements ExecutionPort {
  readonly #parts: ModelExecutionParts;
  readonly #executed = new Map<Hash, Executed>();
  #count = 0;

  constructor(parts: ModelExecutionParts) {
    this.#parts = parts;
  }

  get executedBlocks(): number {
    return this.#count;
  }

  head(): Head {
    const { header, certificate, validators, nextValidators } = this.#parts.store.head;
    const { number: height, hash, miner: coinbase, timestamp } = header;
    return { height, hash, coinbase, timestamp, validators, nextValidators, certificate };
  }

  async build(request: BuildRequest): Promise<{ block: Block; outcome: ExecutionOutcome }> {
    const { store, pool, spec } = this.#parts;
    const parent = store.head.header;
    if (request.parentHash !== parent.hash) {
      throw chainError("H1.parentHash", `build on ${request.parentHash}, head ${parent.hash} (H1)`);
    }
    const transactions = pool.next();
    const raws = transactions.map(({ raw }) => raw);
    const header: Omit<CausewayHeader, "hash"> = {
      parentHash: parent.hash,
      sha3Uncles: EMPTY_LIST_HASH,
      miner: request.coinbase,
      stateRoot: stateRoot(parent, raws),
      transactionsRoot: listRoot(raws),
      receiptsRoot: EMPTY_ROOT,
      logsBloom: EMPTY_BLOOM,
      difficulty: 0n,
      number: parent.number + 1,
      gasLimit: nextGasLimit(parent.gasLimit, BigInt(spec.gasLimitTarget)),
      gasUsed: 0n,
      timestamp: request.timestamp,
      extraData: validatorSetHash(store.head.nextValidators),
      mixHash: mixHash(parent.hash, request.coinbase),
      nonce: ZERO_NONCE,
      baseFeePerGas: nextBaseFee(parent),
      withdrawalsRoot: EMPTY_ROOT,
      blobGasUsed: 0n,
      excessBlobGas: 0n,
      parentBeaconBlockRoot: parent.hash,
      requestsHash: EMPTY_REQUESTS_HASH,
    };
    // Only the encoding of a transaction enters a block.
    const block = decodeBlock(encodeBlock(header, transactions as unknown as readonly Transaction[]));
    return { block, outcome: await this.execute(block) };
  }

  async execute(block: Block): Promise<ExecutionOutcome> {
    const known = this.#executed.get(block.hash);
    if (known !== undefined) return known.outcome;
    const { store, spec, setAfter } = this.#parts;
    const { header: parent, nextValidators: validators } = store.head;
    const parts = decodeBlockParts(block.bytes);
    const { header, rawTransactions } = parts;
    checkRules(HEADER_RULES, {
      parts,
      header,
      parent,
      spec,
      validators,
      transactionsRoot: listRoot(rawTransactions),
    });
    const transactions = rawTransactions.map((raw) => modelHash("transaction", raw));
    if (
      new Set(transactions).size < transactions.length ||
      transactions.some((hash) => store.isIncluded(hash))
    ) {
      throw chainError("H1.transactions", `block ${header.number}: a transaction was included before (H1)`);
    }
    const expected = stateRoot(parent, rawTransactions);
    if (header.stateRoot !== expected) {
      throw chainError(
        "H1.stateRoot",
        `block ${header.number}: stateRoot is ${header.stateRoot}, must be ${expected} (H1)`,
      );
    }
    this.#count += 1;
    const outcome = outcomeOf(block, setAfter(block.height));
    this.#remember(block.hash, { parts, transactions, outcome });
    return outcome;
  }

  async commit(block: Block, certificate: Certificate): Promise<Head> {
    const { store, onCommitted } = this.#parts;
    const { header: head, nextValidators: validators } = store.head;
    if (head.hash === block.hash) return this.head();
    if (block.height <= head.number) {
      throw chainError("F2", `another block ${block.hash} at finalized height ${block.height} (F2)`);
    }
    const executed = this.#executed.get(block.hash);
    if (executed === undefined || block.parentHash !== head.hash) {
      throw chainError("NotExecuted", `block ${block.hash} was not executed on the head`);
    }
    const { parts, transactions, outcome } = executed;
    const { header } = parts;
    const { nextValidators } = outcome;
    const { bytes } = block;
    onCommitted({ header, bytes, transactions, certificate, validators, nextValidators });
    this.#executed.clear();
    return this.head();
  }

  #remember(hash: Hash, executed: Executed): void {
    this.#executed.set(hash, executed);
    for (const oldest of this.#executed.keys()) {
      if (this.#executed.size <= EXECUTED_MAX) return;
      this.#executed.delete(oldest);
    }
  }
}

/** Every field of a Checkpoint moves with the block. */
function outcomeOf(
  { hash: blockHash, stateRoot, height }: Block,
  nextValidators: ValidatorSet,
): ExecutionOutcome {
  return {
    blockHash,
    stateRoot,
    outboxRoot: modelHash("outbox", stateRoot),
    outboxCount: height,
    inboxAcc: modelHash("inbox", stateRoot),
    inboxCount: height,
    nextValidators,
  };
}

function stateRoot(parent: CausewayHeader, rawTransactions: readonly Uint8Array[]): Hash {
  return modelHash("state", parent.stateRoot, ...rawTransactions);
}
