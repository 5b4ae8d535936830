import type { CallRequest } from "@causeway/chain/types/call";
import { z } from "zod";
import { definedFields } from "../definedFields.js";
import { serverError } from "../rpcError.js";
import { accessList } from "./accessList.js";
import { authorizationList } from "./authorizationList.js";
import { address, bytes, hash, uint64, wei } from "./hex.js";

/** EIP-7594. */
const BLOBS_MAX = 6;

/** geth's TransactionArgs; fields it does not know are ignored, as there. */
export const callRequest = z.object({
  from: address.nullish(),
  to: address.nullish(),
  gas: uint64.nullish(),
  gasPrice: wei.nullish(),
  maxFeePerGas: wei.nullish(),
  maxPriorityFeePerGas: wei.nullish(),
  value: wei.nullish(),
  nonce: uint64.nullish(),
  data: bytes.nullish(),
  input: bytes.nullish(),
  accessList: accessList.nullish(),
  authorizationList: authorizationList.nullish(),
  chainId: wei.nullish(),
  maxFeePerBlobGas: wei.nullish(),
  blobVersionedHashes: z.array(hash).max(BLOBS_MAX, `too many blobs (max ${BLOBS_MAX})`).nullish(),
});

export type CallArguments = z.output<typeof callRequest>;

/**
 * Check the fields against each other and bring them into the chain's form.
 * @throws RpcError -32000 in geth's words.
 */
export function toCallRequest(given: CallArguments, chainId: number): CallRequest {
  const { gasPrice: price, maxFeePerGas: cap, maxPriorityFeePerGas: tip } = given;
  if (price != null && (cap != null || tip != null)) {
    throw serverError("both gasPrice and (maxFeePerGas or maxPriorityFeePerGas) specified");
  }
  if (given.data && given.input && given.data !== given.input) {
    throw serverError(
      'both "data" and "input" are set and not equal. Please use "input" to pass transaction call data',
    );
  }
  if (given.chainId != null && given.chainId !== BigInt(chainId)) {
    throw serverError(`chainId does not match node's (have=${given.chainId}, want=${chainId})`);
  }
  const { from, to, gas, gasPrice, maxFeePerGas, maxPriorityFeePerGas, value, nonce } = given;
  const { maxFeePerBlobGas, blobVersionedHashes, authorizationList } = given;
  return definedFields({
    from,
    to,
    gas,
    gasPrice,
    maxFeePerGas,
    maxPriorityFeePerGas,
    value,
    nonce,
    data: given.input ?? given.data,
    accessList: given.accessList,
    maxFeePerBlobGas,
    blobVersionedHashes,
    authorizationList,
  });
}
