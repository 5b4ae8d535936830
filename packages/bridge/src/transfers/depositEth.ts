import type { BridgeConfig } from "@causeway/protocol/genesis";
import type { Address, Hex } from "@causeway/protocol/hex";
import type { Signer } from "ethers";
import { VAULT } from "../contractInterfaces.js";
import type { SentMessage } from "../messages/decodeMessageSent.js";
import { sentMessage } from "../messages/sentMessage.js";
import { sendTransaction } from "../rpc/sendTransaction.js";

/**
 * Lock ETH on L1 for a recipient on the sidechain (B8).
 * @param amount wei.
 * @returns the message, whose nonce names the transfer from now on.
 * @throws {BridgeError} TransactionFailed; ethers' errors when the signer cannot send.
 * @example await depositEth(genesis.config.causeway.bridge, wallet, { recipient, amount: parseEther("1") })
 */
export async function depositEth(
  bridge: BridgeConfig,
  signer: Signer,
  deposit: { readonly recipient: Address; readonly amount: bigint },
): Promise<SentMessage> {
  const data = VAULT.encodeFunctionData("depositETH", [deposit.recipient]) as Hex;
  const receipt = await sendTransaction(signer, { to: bridge.vault, data, value: deposit.amount });
  return sentMessage(receipt, bridge.outbox);
}
