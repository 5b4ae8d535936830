import { type Hash, type Hex, toHex } from "@causeway/protocol/hex";
import type { RpcContext } from "../context.js";
import { findTransaction } from "./findTransaction.js";

/** EIP-2718 bytes of a transaction in the chain or the pool; null when it is in neither. */
export async function rawTransaction(context: RpcContext, hash: Hash): Promise<Hex | null> {
  const found = await findTransaction(context, hash);
  return found === null ? null : toHex(found.transaction.raw);
}
