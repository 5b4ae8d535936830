import type { BridgeConfig } from "@causeway/protocol/genesis";
import type { Address, Hex } from "@causeway/protocol/hex";
import { Contract, type Signer } from "ethers";
import { BRIDGED_ERC20, VAULT } from "../contractInterfaces.js";
import type { SentMessage } from "../messages/decodeMessageSent.js";
import { sentMessage } from "../messages/sentMessage.js";
import { sendTransaction } from "../rpc/sendTransaction.js";

/**
 * Lock an ERC-20 on L1 for a recipient on the sidechain (B8), approving the Vault first when its allowance is too low.
 * @param amount base units.
 * @returns the message, whose nonce names the transfer from now on.
 * @throws {BridgeError} TransactionFailed; ethers' errors when the signer cannot send.
 */
export async function depositErc20(
  bridge: BridgeConfig,
  signer: Signer,
  deposit: { readonly token: Address; readonly recipient: Address; readonly amount: bigint },
): Promise<SentMessage> {
  const { token, recipient, amount } = deposit;
  const erc20 = new Contract(token, BRIDGED_ERC20, signer.provider);
  const allowance: unknown = await erc20.getFunction("allowance")(await signer.getAddress(), bridge.vault);
  if (typeof allowance !== "bigint" || allowance < amount) {
    const approval = BRIDGED_ERC20.encodeFunctionData("approve", [bridge.vault, amount]) as Hex;
    await sendTransaction(signer, { to: token, data: approval });
  }
  const data = VAULT.encodeFunctionData("depositERC20", [token, amount, recipient]) as Hex;
  const receipt = await sendTransaction(signer, { to: bridge.vault, data });
  return sentMessage(receipt, bridge.outbox);
}
