import { type BridgeMessage, messageLeaf } from "@causeway/protocol/bridgeMessage";
import { type Address, type Hash, type Hex, isHex } from "@causeway/protocol/hex";
import { id } from "ethers";
import { OUTBOX } from "../contractInterfaces.js";

/** A message with where its Outbox wrote it. */
export interface SentMessage {
  readonly message: BridgeMessage;
  readonly leaf: Hash;
  readonly blockNumber: number;
  readonly blockHash: Hash;
  readonly transactionHash: Hash;
}

/** A log as JSON-RPC gives it. */
export interface RpcLog {
  readonly address: string;
  readonly topics: readonly string[];
  readonly data: string;
  readonly blockNumber: string;
  readonly blockHash: string;
  readonly transactionHash: string;
}

/** topic0 of MessageSent. */
export const MESSAGE_SENT_TOPIC: Hash = id(
  OUTBOX.getEvent("MessageSent")?.format("sighash") ?? "MessageSent",
) as Hash;

/** The message in a log of `outbox`, null when the log is another, or its leaf is not the hash of its message. */
export function decodeMessageSent(log: RpcLog, outbox: Address): SentMessage | null {
  if (log.address.toLowerCase() !== outbox || log.topics[0] !== MESSAGE_SENT_TOPIC) return null;
  const event = OUTBOX.decodeEventLog("MessageSent", log.data, log.topics);
  const message = toBridgeMessage(event.message as readonly unknown[]);
  const leaf = messageLeaf(message);
  const blockHash = log.blockHash.toLowerCase();
  const transactionHash = log.transactionHash.toLowerCase();
  if (leaf !== event.leaf || !isHex(blockHash, 32) || !isHex(transactionHash, 32)) return null;
  return { message, leaf, blockNumber: Number(log.blockNumber), blockHash, transactionHash };
}

function toBridgeMessage(tuple: readonly unknown[]): BridgeMessage {
  const [nonce, sourceChainId, sourceOutbox, destinationChainId, sender, target, gasLimit, data] = tuple as [
    bigint,
    bigint,
    string,
    bigint,
    string,
    string,
    bigint,
    string,
  ];
  return {
    nonce: Number(nonce),
    sourceChainId,
    sourceOutbox: sourceOutbox.toLowerCase() as Address,
    destinationChainId,
    sender: sender.toLowerCase() as Address,
    target: target.toLowerCase() as Address,
    gasLimit: Number(gasLimit),
    data: data as Hex,
  };
}
