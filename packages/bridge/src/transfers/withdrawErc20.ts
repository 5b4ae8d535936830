import type { Address, Hex } from "@causeway/protocol/hex";
import { PREDEPLOYS } from "@causeway/protocol/predeploys";
import type { Signer } from "ethers";
import { MINT } from "../contractInterfaces.js";
import type { SentMessage } from "../messages/decodeMessageSent.js";
import { sentMessage } from "../messages/sentMessage.js";
import { sendTransaction } from "../rpc/sendTransaction.js";

/**
 * Burn a bridged token on the sidechain for a recipient on L1 (B8). No approval is needed.
 * @param token the bridged token's address on the sidechain.
 * @param amount base units.
 * @returns the message, whose nonce names the transfer from now on.
 * @throws {BridgeError} TransactionFailed; ethers' errors when the signer cannot send.
 */
export async function withdrawErc20(
  signer: Signer,
  withdrawal: { readonly token: Address; readonly recipient: Address; readonly amount: bigint },
): Promise<SentMessage> {
  const { token, amount, recipient } = withdrawal;
  const data = MINT.encodeFunctionData("withdrawERC20", [token, amount, recipient]) as Hex;
  const receipt = await sendTransaction(signer, { to: PREDEPLOYS.mint, data });
  return sentMessage(receipt, PREDEPLOYS.outbox);
}
