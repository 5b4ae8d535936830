import type { Address } from "@causeway/protocol/hex";
import type { RpcContext } from "./context.js";

/**
 * First block after which the account's nonce is past `nonce`: nonces only rise, so halving finds it; null when it is not
 * past it yet.
 * @throws ChainError "HistoryMissing" where it was used before the states that are kept here.
 */
export async function blockOfNonce(
  { reader, scope }: RpcContext,
  sender: Address,
  nonce: bigint,
): Promise<number | null> {
  let high = reader.headNumber();
  if ((await reader.account(sender, high)).nonce <= nonce) return null;
  let low = reader.stateStart();
  // Where the nonce was used before any state that is left, the read says that it is not kept.
  if (low > 0 && (await reader.account(sender, low)).nonce > nonce) await reader.account(sender, low - 1);
  while (low < high) {
    await scope.step();
    const middle = Math.floor((low + high) / 2);
    if ((await reader.account(sender, middle)).nonce > nonce) high = middle;
    else low = middle + 1;
  }
  return high;
}
