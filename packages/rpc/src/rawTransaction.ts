import { type Hash, type Hex, toHex } from "@causeway/protocol/hex";
import type { RpcContext } from "./context.js";

/** EIP-2718 bytes of a transaction in the chain or the pool; null when it is in neither. */
export async function rawTransaction({ reader, pool }: RpcContext, hash: Hash): Promise<Hex | null> {
  const transaction = (await reader.transaction(hash))?.transaction ?? (await pool.get(hash));
  return transaction === null ? null : toHex(transaction.raw);
}
