import type { Block } from "@ethereumjs/block";
import { RLP } from "@ethereumjs/rlp";
import { Account, createAddressFromString } from "@ethereumjs/util";
import { type RunTxResult, runTx } from "@ethereumjs/vm";
import { chainError, isChainError } from "../../chainError.js";
import { Bloom } from "../../codec/bloom.js";
import { fromHex, toHex } from "../../codec/hex.js";
import { integerBytes } from "../../codec/integerBytes.js";
import { listRoot } from "../../codec/listRoot.js";
import { outcomeBytes } from "../../codec/receipt.js";
import { requestsHash } from "../../codec/requestsHash.js";
import { GAS_PER_BLOB } from "../../rules/ethereum/blobGas.js";
import type { Fork } from "../../rules/fork.js";
import { maySend } from "../../rules/senderCode.js";
import { effectiveTip, executionFault, transactionFault } from "../../rules/transactionRules.js";
import type { Transaction } from "../../types/transaction.js";
import type {
  BalanceMoves,
  BlockContext,
  BlockResult,
  BlockSession,
  Interrupts,
  IrregularChange,
  Parties,
  Payouts,
  TransactionResult,
} from "../engine.js";
import { contextBlock } from "./contextBlock.js";
import type { Execution } from "./engineContext.js";
import { engineFault } from "./engineFault.js";
import { forkOf } from "./forkCommons.js";
import { newNodes } from "./newNodes.js";
import { payOut } from "./payouts.js";
import { systemCallsAfter, systemCallsBefore } from "./systemCalls.js";
import { TrieStateReader } from "./trieStateReader.js";
import { typedTransaction } from "./typedTransaction.js";

/** runTx on one open checkpoint, with the system calls runBlock makes (H3). */
export class EthereumjsSession implements BlockSession {
  readonly #execution: Execution;
  readonly #context: BlockContext;
  readonly #block: Block;
  readonly #results: TransactionResult[] = [];
  readonly #fork: Fork;
  /** Wei per blob gas; null before Cancun. */
  readonly #blobBaseFee: bigint | null;
  #gasUsed = 0n;

  private constructor(execution: Execution, context: BlockContext) {
    this.#execution = execution;
    this.#context = context;
    this.#block = contextBlock(context, execution.common);
    this.#fork = forkOf(execution.common);
    this.#blobBaseFee = context.excessBlobGas === null ? null : this.#block.header.getBlobGasPrice();
  }

  static async begin(
    execution: Execution,
    context: BlockContext,
    irregular: IrregularChange | null,
  ): Promise<EthereumjsSession> {
    const session = new EthereumjsSession(execution, context);
    await engineFault(async () => {
      await execution.evm.journal.checkpoint();
      if (irregular !== null) await session.#change(irregular);
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
  add(result: Omit<TransactionResult, "cumulativeGasUsed">): void {
    this.#gasUsed += result.gasUsed;
    this.#results.push({ ...result, cumulativeGasUsed: this.#gasUsed });
  }

  async finish(payouts?: Payouts): Promise<BlockResult> {
    return engineFault(async () => {
      const { state, overlay, evm, common } = this.#execution;
      if (payouts !== undefined) await payOut(this.#execution, this.#context, payouts, this.#fork);
      const logs = this.#results.flatMap((result) => result.logs);
      const requests = await systemCallsAfter(this.#execution, this.#block, logs);
      const stateRoot = toHex(await state.getStateRoot());
      await evm.journal.commit();
      const bloom = new Bloom();
      for (const log of logs) bloom.addLog(log);
      return {
        stateRoot,
        receiptsRoot: listRoot(this.#results.map(encodeReceipt)),
        logsBloom: bloom.toHex(),
        gasUsed: this.#gasUsed,
        requestsHash: requests === null ? null : requestsHash(requests),
        results: this.#results,
        nodes: newNodes(stateRoot, overlay.writes),
        state: new TrieStateReader(stateRoot, overlay, common),
      };
    });
  }

  async #change(change: IrregularChange): Promise<void> {
    const { state } = this.#execution;
    if ("from" in change) return this.#moveBalances(change);
    const contract = createAddressFromString(change.address);
    for (const [slot, value] of change.slots) {
      await state.putStorage(contract, fromHex(slot), fromHex(value));
    }
  }

  /** Accounts without balance are written too: before Spurious Dragon that makes them. */
  async #moveBalances({ from, to }: BalanceMoves): Promise<void> {
    const { state } = this.#execution;
    const recipient = createAddressFromString(to);
    let moved = 0n;
    for (const account of from) {
      const address = createAddressFromString(account);
      const emptied = (await state.getAccount(address)) ?? new Account();
      moved += emptied.balance;
      emptied.balance = 0n;
      await state.putAccount(address, emptied);
    }
    const credited = (await state.getAccount(recipient)) ?? new Account();
    credited.balance += moved;
    await state.putAccount(recipient, credited);
    // Receipts of this time hold roots, and a root taken inside a transaction misses what was cached before it.
    await state.flush();
  }

  async #fault(transaction: Transaction): Promise<string | null> {
    const { state, common } = this.#execution;
    const alone = transactionFault(transaction, common.chainId(), this.#fork);
    if (alone !== null) return alone;
    const address = createAddressFromString(transaction.from);
    const account = await state.getAccount(address);
    const sender = {
      nonce: account?.nonce ?? 0n,
      balance: account?.balance ?? 0n,
      maySend: account?.isContract() !== true || maySend(toHex(await state.getCode(address)), this.#fork),
    };
    const { baseFeePerGas, gasLimit } = this.#context;
    return executionFault(
      transaction,
      sender,
      { perGas: baseFeePerGas ?? 0n, perBlobGas: this.#blobBaseFee ?? 0n },
      gasLimit - this.#gasUsed,
    );
  }

  async #runTx(transaction: Transaction, interrupts: Interrupts): Promise<RunTxResult> {
    const { vm, evm, state, common } = this.#execution;
    const depth = state.depth;
    evm.interrupts = interrupts;
    // System calls and broken off transactions leave some.
    evm.parties.take();
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
    const blobs = transaction.blobVersionedHashes;
    const failed = execResult.exceptionError !== undefined;
    this.#results.push({
      transaction,
      ...("stateRoot" in result.receipt
        ? { status: null, root: toHex(result.receipt.stateRoot) }
        : { status: failed ? (0 as const) : (1 as const), root: null }),
      gasUsed: totalGasSpent,
      cumulativeGasUsed: this.#gasUsed,
      effectiveGasPrice: baseFeePerGas + effectiveTip(transaction, baseFeePerGas),
      blobGasUsed: blobs === null ? null : GAS_PER_BLOB * BigInt(blobs.length),
      blobGasPrice: blobs === null ? null : this.#blobBaseFee,
      contractAddress:
        transaction.to === null && createdAddress !== undefined ? toHex(createdAddress.bytes) : null,
      logs: result.receipt.logs.map(([address, topics, data]) => ({
        address: toHex(address),
        topics: topics.map(toHex),
        data: toHex(data),
      })),
      parties: this.#parties(result),
    });
  }

  #parties({ execResult }: RunTxResult): Parties {
    const { addresses, creations } = this.#execution.evm.parties.take();
    const heirs = [...(execResult.selfdestruct?.values() ?? [])];
    return { addresses: [...addresses, ...heirs], creations };
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
