import type { Address, Hex } from "@causeway/protocol/hex";
import { PREDEPLOYS } from "@causeway/protocol/predeploys";
import type { Signer } from "ethers";
import { MINT } from "../contractInterfaces.js";
import type { SentMessage } from "../messages/decodeMessageSent.js";
import { sentMessage } from "../messages/sentMessage.js";
import { sendTransaction } from "../rpc/sendTransaction.js";

/**
 * Burn ETH on the sidechain for a recipient on L1 (B8).
 * @param amount wei.
 * @returns the message, whose nonce names the transfer from now on.
 * @throws {BridgeError} TransactionFailed; ethers' errors when the signer cannot send.
 */
export async function withdrawEth(
  signer: Signer,
  withdrawal: { readonly recipient: Address; readonly amount: bigint },
): Promise<SentMessage> {
  const data = MINT.encodeFunctionData("withdrawETH", [withdrawal.recipient]) as Hex;
  const receipt = await sendTransaction(signer, { to: PREDEPLOYS.mint, data, value: withdrawal.amount });
  return sentMessage(receipt, PREDEPLOYS.outbox);
}
