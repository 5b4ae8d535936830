import type { Address } from "@causeway/protocol/hex";
import type { RpcContext } from "../context.js";
import { sentByIndex } from "./sentByIndex.js";
import { type Sent, sentIn } from "./sentIn.js";

/**
 * The transaction that used up an account's nonce; null where none has, for creations and delegations use nonces up, too.
 * @throws ChainError "HistoryMissing" where it was used before what is kept here.
 */
export async function findSent(context: RpcContext, sender: Address, nonce: bigint): Promise<Sent | null> {
  const { reader } = context;
  const head = reader.headNumber();
  if ((await reader.account(sender, head)).nonce <= nonce) return null;
  const start = reader.stateStart();
  // Blocks are kept for longer than states.
  if (start > 0 && (await reader.account(sender, start)).nonce > nonce) {
    return sentByIndex(context, sender, nonce, start + 1);
  }
  const block = await reader.block(await firstPast(context, sender, nonce, start, head));
  return block === null ? null : sentIn(block, sender, nonce);
}

/** First block of a range after which the account's nonce is past `nonce`: nonces only rise, so halving finds it. */
async function firstPast(
  { reader, scope }: RpcContext,
  sender: Address,
  nonce: bigint,
  start: number,
  head: number,
): Promise<number> {
  let [low, high] = [start, head];
  while (low < high) {
    await scope.step();
    const middle = Math.floor((low + high) / 2);
    if ((await reader.account(sender, middle)).nonce > nonce) high = middle;
    else low = middle + 1;
  }
  return high;
}
