import type { Authorization, StateOverrides } from "@causeway/chain/chainReader";
import { type Address, type Hex, ZERO_ADDRESS } from "@causeway/protocol/hex";
import { toBeHex, verifyAuthorization } from "ethers";
import type { RpcContext } from "./context.js";

/** EIP-7702: gas an authorization costs before anything runs, and what a delegated account's code begins with. */
const AUTHORIZATION_GAS = 25_000n;
const DELEGATION_PREFIX = "0xef0100";

/** Gas that the authorizations of a request take off its limit. */
export function authorizationGas(list: readonly Authorization[]): bigint {
  return AUTHORIZATION_GAS * BigInt(list.length);
}

/**
 * What the authorizations do before the call runs, as state overrides: the code of each account that validly delegated.
 * @param from the caller, whose nonce the transaction itself has already raised by then.
 * @param base the caller's own overrides.
 */
export async function withDelegations(
  { reader, scope }: RpcContext,
  list: readonly Authorization[],
  from: Address | undefined,
  height: number,
  base: StateOverrides = new Map(),
): Promise<StateOverrides> {
  const overrides = new Map(base);
  for (const authorization of list) {
    await scope.step();
    const authority = authorityOf(authorization, reader.chainId);
    if (authority === null) continue;
    const known = overrides.get(authority);
    const nonce = known?.nonce ?? (await reader.account(authority, height)).nonce;
    const expected = authority === from && known?.nonce === undefined ? nonce + 1n : nonce;
    const code = known?.code ?? (await reader.code(authority, height));
    if (authorization.nonce !== expected || (code !== "0x" && !code.startsWith(DELEGATION_PREFIX))) continue;
    const delegate = authorization.address;
    overrides.set(authority, {
      ...known,
      nonce: expected + 1n,
      code: delegate === ZERO_ADDRESS ? "0x" : `${DELEGATION_PREFIX}${delegate.slice(2)}`,
    });
  }
  return overrides;
}

/** Who signed, or null when the authorization is for another chain or signed by nobody. */
function authorityOf(
  { chainId, address, nonce, yParity, r, s }: Authorization,
  ours: number,
): Address | null {
  if (chainId !== 0n && chainId !== BigInt(ours)) return null;
  const signature = { r: word(r), s: word(s), yParity: yParity === 0n ? (0 as const) : (1 as const) };
  try {
    return verifyAuthorization({ chainId, address, nonce }, signature).toLowerCase() as Address;
  } catch {
    return null;
  }
}

function word(value: bigint): Hex {
  return toBeHex(value, 32) as Hex;
}
