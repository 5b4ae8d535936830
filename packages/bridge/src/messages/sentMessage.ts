import type { Address, Hash } from "@causeway/protocol/hex";
import type { TransactionReceipt } from "ethers";
import { BridgeError } from "../bridgeError.js";
import { decodeMessageSent, type SentMessage } from "./decodeMessageSent.js";

/**
 * The bridge message a transaction wrote into an Outbox.
 * @throws {BridgeError} NoMessage.
 */
export function sentMessage(receipt: TransactionReceipt, outbox: Address): SentMessage {
  for (const { address, topics, data } of receipt.logs) {
    const { blockHash, hash: transactionHash } = receipt;
    const blockNumber = String(receipt.blockNumber);
    const sent = decodeMessageSent(
      { address, topics, data, blockNumber, blockHash, transactionHash },
      outbox,
    );
    if (sent !== null) return sent;
  }
  throw new BridgeError(
    { code: "NoMessage", transactionHash: receipt.hash as Hash },
    `transaction ${receipt.hash} wrote no message into Outbox ${outbox}`,
  );
}
