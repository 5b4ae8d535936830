import { ZERO_ADDRESS } from "@causeway/protocol/hex";
import { Account, createAddressFromString } from "@ethereumjs/util";
import type { Authorization } from "../../chainReader.js";
import { fromHex, toHex } from "../../codec/hex.js";
import { recoverAuthority } from "../../codec/recoverAuthority.js";
import { maySend } from "../../rules/senderCode.js";
import type { Execution } from "./engineContext.js";

/** EIP-2681: the nonce of an authorization must leave room for the next. */
const NONCE_MAX = 2n ** 64n - 1n;
/** EIP-2: s in the lower half of the group order. */
const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;
/** EIP-7702: what comes back of an authorization's gas when its account exists already. */
const EXISTING_ACCOUNT_REFUND = 12_500n;
const DELEGATION_PREFIX = "0xef0100";

/**
 * Set the code of every account that validly delegated (EIP-7702); the others are passed over.
 * @returns gas to be added to the refund.
 */
export async function applyAuthorizations(
  evm: Execution["evm"],
  state: Execution["state"],
  chainId: bigint,
  authorizations: readonly Authorization[],
): Promise<bigint> {
  let refund = 0n;
  for (const authorization of authorizations) {
    await evm.checkInterrupts();
    const { nonce, address, s, yParity } = authorization;
    if (authorization.chainId !== 0n && authorization.chainId !== chainId) continue;
    if (nonce >= NONCE_MAX || s > HALF_ORDER || yParity > 1n) continue;
    const authority = recoverAuthority(authorization);
    if (authority === null) continue;
    const signer = createAddressFromString(authority);
    evm.journal.addAlwaysWarmAddress(authority);
    const known = await state.getAccount(signer);
    const account = known ?? new Account();
    if (!maySend(toHex(await state.getCode(signer))) || account.nonce !== nonce) continue;
    if (known !== undefined) refund += EXISTING_ACCOUNT_REFUND;
    account.nonce += 1n;
    await evm.journal.putAccount(signer, account);
    const code = address === ZERO_ADDRESS ? "0x" : (`${DELEGATION_PREFIX}${address.slice(2)}` as const);
    await state.putCode(signer, fromHex(code));
  }
  return refund;
}
