import { fromHex, type Hash, type Hex } from "@causeway/protocol/hex";
import type { RpcContext } from "../context.js";
import { serverError } from "../rpcError.js";
import { checkFee } from "./checkFee.js";

/**
 * Give a raw transaction to the pool. A stopped node stays readable but takes none (F2).
 * @throws RpcError -32000, also for a fee above `limits.txFeeEtherMax`, or the pool's refusal in geth's words.
 */
export async function submitRaw({ pool, status, limits }: RpcContext, raw: Hex): Promise<Hash> {
  const halted = await status.halted();
  if (halted !== null) throw serverError(`this node has stopped and takes no transactions: ${halted}`);
  const bytes = fromHex(raw);
  checkFee(bytes, limits);
  return pool.add(bytes);
}
