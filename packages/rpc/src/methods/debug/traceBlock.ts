import { decodeEthereumBlock, type EthereumBlockParts } from "@causeway/chain/codec/block";
import { checkNesting } from "@causeway/chain/codec/blockNesting";
import { decodeTransaction } from "@causeway/chain/codec/transaction";
import type { FullBlock } from "@causeway/chain/types/block";
import type { Transaction } from "@causeway/chain/types/transaction";
import { fromHex, type Hex } from "@causeway/protocol/hex";
import { assertTransactionShape } from "@causeway/protocol/transactionShape";
import type { RpcContext } from "../../context.js";
import { limitText } from "../../limitFlags.js";
import { defineMethod } from "../../method.js";
import { bytes } from "../../params/hex.js";
import { traceConfig } from "../../params/traceConfig.js";
import { serverError } from "../../rpcError.js";
import { traceBlock } from "../../traces/debugTraces.js";

/** A block as RLP; its parent must be in the chain. */
export const debugTraceBlock = defineMethod(
  "debug_traceBlock",
  [bytes, traceConfig],
  async (context, rlp, config) => traceBlock(context, await decoded(context, rlp), config),
);

async function decoded(context: RpcContext, rlp: Hex): Promise<FullBlock> {
  const { rawTransactions, ...parts } = inWordsOfGeth(() => taken(fromHex(rlp)));
  const transactions: Transaction[] = [];
  for (const raw of rawTransactions) {
    // Each recovers a sender.
    await context.scope.step();
    const transaction = inWordsOfGeth(() => shaped(raw));
    checkGas(context, transaction);
    transactions.push(transaction);
  }
  return { ...parts, transactions };
}

/** A general decoder copies what is left at every level of nesting: nothing from outside reaches it unlooked at. */
function taken(block: Uint8Array): EthereumBlockParts {
  checkNesting(block);
  return decodeEthereumBlock(block);
}

function shaped(raw: Uint8Array): Transaction {
  assertTransactionShape(raw);
  return decodeTransaction(raw);
}

/** No chain's rules bound what one who made up the block says: before Osaka a transaction may take all gas of its block. */
function checkGas({ limits }: RpcContext, { hash, gas }: Transaction): void {
  if (gas <= limits.callGasMax) return;
  throw serverError(`transaction ${hash} has ${gas} gas: ${limitText(limits, "callGasMax")}`);
}

function inWordsOfGeth<T>(decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    throw serverError(`could not decode block: ${error instanceof Error ? error.message : "no block"}`);
  }
}
