import type { Block } from "@ethereumjs/block";
import { RLP } from "@ethereumjs/rlp";
import { createAddressFromString } from "@ethereumjs/util";
import { type RunTxResult, runTx } from "@ethereumjs/vm";
import { chainError, isChainError } from "../../chainError.js";
import type { Transaction } from "../../chainReader.js";
import { Bloom } from "../../codec/bloom.js";
import { fromHex, toHex } from "../../codec/hex.js";
import { integerBytes } from "../../codec/integerBytes.js";
import { listRoot } from "../../codec/listRoot.js";
import { outcomeBytes } from "../../codec/receipt.js";
import { requestsHash } from "../../codec/requestsHash.js";
import { maySend } from "../../rules/senderCode.js";
import { effectiveTip, executionFault, transactionFault } from "../../rules/transactionRules.js";
import type {
  BlockContext,
  BlockResult,
  BlockSession,
  Interrupts,
  StorageWrites,
  TransactionResult,
} from "../engine.js";
import { contextBlock } from "./contextBlock.js";
import type { Execution } from "./engineContext.js";
import { engineFault } from "./engineFault.js";
import { systemCallsAfter, systemCallsBefore } from "./systemCalls.js";
import { TrieStateReader } from "./trieStateReader.js";
import { typedTransaction } from "./typedTransaction.js";

/** runTx on one open checkpoint, with the system calls runBlock makes (H3). */
export class EthereumjsSession implements BlockSession {
  readonly #execution: Execution;
  readonly #context: BlockContext;
  readonly #block: Block;
  readonly #results: TransactionResult[] = [];
  #gasUsed = 0n;

  private constructor(execution: Execution, context: BlockContext) {
    this.#execution = execution;
    this.#context = context;
    this.#block = contextBlock(context, execution.common);
  }

  static async begin(
    execution: Execution,
    context: BlockContext,
    irregular: StorageWrites | null,
  ): Promise<EthereumjsSession> {
    const session = new EthereumjsSession(execution, context);
    await engineFault(async () => {
      await execution.evm.journal.checkpoint();
      if (irregular !== null) await session.#write(irregular);
      await systemCallsBefore(execution, session.#block);
    });
    return session;
  }

  get gasUsed(): bigint {
    return this.#gasUsed;
  }

  /** Of the transactions run so far. */
  get results(): readonly TransactionResult[] {
    return this.#results;
  }

  async run(transaction: Transaction, interrupts: Interrupts): Promise<void> {
    const fault = await this.#fault(transaction);
    if (fault !== null) {
      throw chainError("H1.transactions", `transaction ${transaction.hash}: ${fault} (H1)`);
    }
    this.#record(transaction, await this.#runTx(transaction, interrupts));
  }

  /** Count what ran by other means than {@link run}: a call that stands for a transaction. */
  add(result: Omit<TransactionResult, "root" | "cumulativeGasUsed" | "blobGasUsed" | "blobGasPrice">): void {
    this.#gasUsed += result.gasUsed;
    const cumulativeGasUsed = this.#gasUsed;
    this.#results.push({ ...result, cumulativeGasUsed, root: null, blobGasUsed: null, blobGasPrice: null });
  }

  async finish(): Promise<BlockResult> {
    return engineFault(async () => {
      const { state, overlay, evm, common } = this.#execution;
      const requests = await systemCallsAfter(this.#execution);
      const stateRoot = toHex(await state.getStateRoot());
      await evm.journal.commit();
      const bloom = new Bloom();
      for (const { logs } of this.#results) for (const log of logs) bloom.addLog(log);
      return {
        stateRoot,
        receiptsRoot: await listRoot(this.#results.map(encodeReceipt)),
        logsBloom: bloom.toHex(),
        gasUsed: this.#gasUsed,
        requestsHash: requestsHash(requests),
        results: this.#results,
        nodes: overlay.writes,
        state: new TrieStateReader(stateRoot, overlay, common),
      };
    });
  }

  async #write({ address, slots }: StorageWrites): Promise<void> {
    const contract = createAddressFromString(address);
    for (const [slot, value] of slots) {
      await this.#execution.state.putStorage(contract, fromHex(slot), fromHex(value));
    }
  }

  async #fault(transaction: Transaction): Promise<string | null> {
    const { state, common } = this.#execution;
    const alone = transactionFault(transaction, common.chainId());
    if (alone !== null) return alone;
    const address = createAddressFromString(transaction.from);
    const account = await state.getAccount(address);
    const sender = {
      nonce: account?.nonce ?? 0n,
      balance: account?.balance ?? 0n,
      maySend: account?.isContract() !== true || maySend(toHex(await state.getCode(address))),
    };
    const { baseFeePerGas, gasLimit } = this.#context;
    return executionFault(transaction, sender, baseFeePerGas ?? 0n, gasLimit - this.#gasUsed);
  }

  async #runTx(transaction: Transaction, interrupts: Interrupts): Promise<RunTxResult> {
    const { vm, evm, state, common } = this.#execution;
    const depth = state.depth;
    evm.interrupts = interrupts;
    try {
      await evm.checkInterrupts();
      return await engineFault(() =>
        runTx(vm, {
          tx: typedTransaction(transaction, common),
          block: this.#block,
          skipHardForkValidation: true,
          blockGasUsed: this.#gasUsed,
        }),
      );
    } catch (error) {
      if (isChainError(error) && error.code !== "EngineFault") await this.#unwind(depth);
      throw error;
    } finally {
      evm.interrupts = {};
    }
  }

  /** An interrupt leaves the checkpoints of the frames it broke off. */
  async #unwind(depth: number): Promise<void> {
    const { evm, state } = this.#execution;
    while (state.depth > depth) await evm.journal.revert();
    evm.transientStorage.clear();
    evm.journal.cleanJournal();
    state.originalStorageCache.clear();
  }

  #record(transaction: Transaction, result: RunTxResult): void {
    const { totalGasSpent, execResult, createdAddress } = result;
    this.#gasUsed += totalGasSpent;
    const baseFeePerGas = this.#context.baseFeePerGas ?? 0n;
    const failed = execResult.exceptionError !== undefined;
    this.#results.push({
      transaction,
      status: failed ? 0 : 1,
      root: null,
      gasUsed: totalGasSpent,
      cumulativeGasUsed: this.#gasUsed,
      effectiveGasPrice: baseFeePerGas + effectiveTip(transaction, baseFeePerGas),
      blobGasUsed: null,
      blobGasPrice: null,
      contractAddress:
        transaction.to === null && createdAddress !== undefined ? toHex(createdAddress.bytes) : null,
      logs: result.receipt.logs.map(([address, topics, data]) => ({
        address: toHex(address),
        topics: topics.map(toHex),
        data: toHex(data),
      })),
    });
  }
}

/** EIP-2718 receipt as the receipts root commits to it. */
function encodeReceipt(result: TransactionResult): Uint8Array {
  const { transaction, cumulativeGasUsed, logs } = result;
  const bloom = new Bloom();
  for (const log of logs) bloom.addLog(log);
  const payload = RLP.encode([
    outcomeBytes(result),
    integerBytes(cumulativeGasUsed),
    fromHex(bloom.toHex()),
    logs.map((log) => [fromHex(log.address), log.topics.map(fromHex), fromHex(log.data)]),
  ]);
  if (transaction.type === 0) return payload;
  const typed = new Uint8Array(payload.length + 1);
  typed[0] = transaction.type;
  typed.set(payload, 1);
  return typed;
}
