import type { Transaction } from "@causeway/chain/types/transaction";
import type { Address } from "@causeway/protocol/hex";
import type { RpcContext } from "../context.js";
import { responseTooLarge } from "../server/responseTooLarge.js";

interface PoolContent {
  readonly pending: readonly Transaction[];
  readonly queued: readonly Transaction[];
}

/**
 * The pool's transactions.
 * @param sender whose alone are wanted.
 * @throws RpcError -32003 when their bytes alone, in hex, outgrow an answer: nothing is formatted to be thrown away.
 */
export async function poolContent({ pool, limits }: RpcContext, sender?: Address): Promise<PoolContent> {
  const { pending, queued } = await pool.content(sender);
  const hexDigits = [...pending, ...queued].reduce((sum, { raw }) => sum + 2 * raw.length, 0);
  if (hexDigits > limits.responseBytesMax) {
    throw responseTooLarge(limits);
  }
  return { pending, queued };
}
