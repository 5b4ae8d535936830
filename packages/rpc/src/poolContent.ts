import type { Transaction } from "@causeway/chain/chainReader";
import type { RpcContext } from "./context.js";
import { responseTooLarge } from "./responseTooLarge.js";

interface PoolContent {
  readonly pending: readonly Transaction[];
  readonly queued: readonly Transaction[];
}

/**
 * The pool's transactions that `wanted` selects.
 * @throws RpcError -32003 when their bytes alone, in hex, outgrow an answer: nothing is formatted to be thrown away.
 */
export async function poolContent(
  { pool, limits }: RpcContext,
  wanted: (transaction: Transaction) => boolean = () => true,
): Promise<PoolContent> {
  const content = await pool.content();
  const [pending, queued] = [content.pending.filter(wanted), content.queued.filter(wanted)];
  const hexDigits = [...pending, ...queued].reduce((sum, { raw }) => sum + 2 * raw.length, 0);
  if (hexDigits > limits.responseBytesMax) {
    throw responseTooLarge(limits);
  }
  return { pending, queued };
}
