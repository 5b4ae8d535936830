import type { FilledCall } from "@causeway/chain/engine/simulation";
import { unsignedTransaction } from "@causeway/chain/simulate/unsignedTransaction";
import type { CallRequest } from "@causeway/chain/types/call";
import { toHex, ZERO_ADDRESS } from "@causeway/protocol/hex";
import { gasEstimate } from "../../calls/gasEstimate.js";
import type { RpcContext } from "../../context.js";
import { formatTransaction } from "../../format/transaction.js";
import { defineMethod } from "../../method.js";
import { callRequest, toCallRequest } from "../../params/callRequest.js";
import { serverError } from "../../rpcError.js";

/** The transaction a request stands for, with nonce, fees and gas filled in, to be signed by whoever has the key. */
export const ethFillTransaction = defineMethod(
  "eth_fillTransaction",
  [callRequest],
  async (context, given) => {
    const { reader } = context;
    const request = toCallRequest(given, reader.chainId);
    checkKind(request, reader.nextBaseFee());
    const transaction = unsignedTransaction(await filled(context, request), BigInt(reader.chainId));
    const { blockHash, blockNumber, blockTimestamp, transactionIndex, ...tx } = formatTransaction(
      transaction,
      null,
    );
    return { raw: toHex(transaction.raw), tx };
  },
);

/** @throws RpcError -32000 in geth's words for a request that can be no transaction. */
function checkKind(request: CallRequest, baseFee: bigint): void {
  const { to, data, gasPrice, maxFeePerGas, authorizationList, blobVersionedHashes } = request;
  if (blobVersionedHashes !== undefined) throw serverError("transaction type not supported");
  if (gasPrice !== undefined && authorizationList !== undefined) {
    throw serverError("both gasPrice and authorizationList specified");
  }
  // Where gas is free (H6), nothing is what it costs.
  if (maxFeePerGas === 0n && baseFee > 0n) throw serverError("maxFeePerGas must be non-zero");
  if (gasPrice === 0n && baseFee > 0n) throw serverError("gasPrice must be non-zero after london fork");
  if (to !== undefined && to !== null) return;
  if (data === undefined || data === "0x") throw serverError("contract creation without any data provided");
  if (authorizationList !== undefined) {
    throw serverError('authorizationList provided for contract creation, but "to" field is missing');
  }
}

async function filled(context: RpcContext, request: CallRequest): Promise<FilledCall> {
  const { reader, pool } = context;
  const from = request.from ?? ZERO_ADDRESS;
  const priced = { ...request, ...(await fees(context, request)), from };
  const nonce = request.nonce ?? (await pool.pendingNonce(from));
  const gas = request.gas ?? (await gasEstimate(context, priced, reader.headNumber(), {}));
  return { ...priced, nonce, gas };
}

/** As geth fills them: the suggested tip, and room for the base fee to double. */
async function fees({ reader, tips }: RpcContext, request: CallRequest): Promise<Partial<CallRequest>> {
  if (request.gasPrice !== undefined) return {};
  const head = await reader.header(reader.headNumber());
  if (head?.baseFeePerGas === null) return feesBeforeLondon(request, await tips.suggest());
  const tip = request.maxPriorityFeePerGas ?? (await tips.suggest());
  const cap = request.maxFeePerGas ?? tip + 2n * reader.nextBaseFee();
  if (cap < tip) throw serverError(`maxFeePerGas (${cap}) < maxPriorityFeePerGas (${tip})`);
  return { maxPriorityFeePerGas: tip, maxFeePerGas: cap };
}

function feesBeforeLondon(
  { maxFeePerGas, maxPriorityFeePerGas }: CallRequest,
  gasPrice: bigint,
): Partial<CallRequest> {
  if (maxFeePerGas === undefined && maxPriorityFeePerGas === undefined) return { gasPrice };
  throw serverError("maxFeePerGas and maxPriorityFeePerGas are not valid before London is active");
}
