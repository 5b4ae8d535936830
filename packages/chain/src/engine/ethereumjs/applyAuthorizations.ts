import { ZERO_ADDRESS } from "@causeway/protocol/hex";
import { Account, createAddressFromString } from "@ethereumjs/util";
import { fromHex, toHex } from "../../codec/hex.js";
import { recoverAuthority } from "../../codec/recoverAuthority.js";
import { delegationTo } from "../../rules/delegation.js";
import { maySend } from "../../rules/senderCode.js";
import { NONCE_MAX, S_MAX } from "../../rules/transactionRules.js";
import type { Authorization } from "../../types/transaction.js";
import type { Execution } from "./engineContext.js";

/** EIP-7702: what comes back of an authorization's gas when its account exists already. */
const EXISTING_ACCOUNT_REFUND = 12_500n;

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
    if (nonce >= NONCE_MAX || s > S_MAX || yParity > 1n) continue;
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
    const code = address === ZERO_ADDRESS ? "0x" : delegationTo(address);
    await state.putCode(signer, fromHex(code));
  }
  return refund;
}
