import {
  CLAIM_INBOX,
  ETHEREUM_VIEW,
  ORDERED_INBOX,
  SIDECHAIN_VIEW,
} from "@causeway/bridge/contractInterfaces";
import { decodeMessageSent } from "@causeway/bridge/messages/decodeMessageSent";
import type { BridgeConfig } from "@causeway/protocol/genesis";
import type { Address, Hash, Hex } from "@causeway/protocol/hex";
import { PREDEPLOYS } from "@causeway/protocol/predeploys";
import { decodeDeposit, decodeWithdrawal, ETH_TOKEN } from "@causeway/protocol/transferData";
import { type Interface, type LogDescription, toQuantity } from "ethers";
import type { Direction, TransferStep } from "../feed/feedProtocol.js";
import type { BridgeFact } from "./bridgeFact.js";

/** A log and where it stands. */
export interface PlacedLog {
  readonly address: Address;
  readonly topics: readonly Hash[];
  readonly data: Hex;
  readonly blockHash: Hash;
  readonly step: TransferStep;
}

/** The three contracts of one chain that speak of transfers, and the only sender whose messages are transfers (B2). */
interface Side {
  readonly outbox: Address;
  readonly sender: Address;
  readonly target: Address;
  readonly inbox: Address;
  readonly inboxInterface: Interface;
  /** Direction of the messages that leave here. */
  readonly leaving: Direction;
  readonly arriving: Direction;
  readonly view: Address;
}

export function l1Side(bridge: BridgeConfig): Side {
  return {
    outbox: bridge.outbox,
    sender: bridge.vault,
    target: PREDEPLOYS.mint,
    inbox: bridge.inbox,
    inboxInterface: CLAIM_INBOX,
    leaving: "deposit",
    arriving: "withdrawal",
    view: bridge.view,
  };
}

export function sidechainSide(bridge: BridgeConfig): Side {
  return {
    outbox: PREDEPLOYS.outbox,
    sender: PREDEPLOYS.mint,
    target: bridge.vault,
    inbox: PREDEPLOYS.orderedInbox,
    inboxInterface: ORDERED_INBOX,
    leaving: "withdrawal",
    arriving: "deposit",
    view: PREDEPLOYS.ethereumView,
  };
}

/** @returns null when the log says nothing about a transfer. */
export function decodeFact(log: PlacedLog, side: Side): BridgeFact | null {
  if (log.address === side.outbox) return decodeSent(log, side);
  if (log.address === side.inbox) return decodeDelivery(log, side);
  if (log.address === side.view) return decodeProof(log, side);
  return null;
}

function decodeSent(log: PlacedLog, side: Side): BridgeFact | null {
  const { address, topics, data, blockHash, step } = log;
  const sent = decodeMessageSent(
    {
      address,
      topics,
      data,
      blockHash,
      blockNumber: toQuantity(step.blockNumber),
      transactionHash: step.txHash,
    },
    side.outbox,
  );
  if (sent === null || sent.message.sender !== side.sender || sent.message.target !== side.target)
    return null;
  const { nonce } = sent.message;
  const base = { kind: "sent", direction: side.leaving, nonce, step } as const;
  if (side.leaving === "withdrawal") {
    return { ...base, transfer: decodeWithdrawal(sent.message.data), token: null };
  }
  const { name: _name, symbol, decimals, ...transfer } = decodeDeposit(sent.message.data);
  return { ...base, transfer, token: transfer.originToken === ETH_TOKEN ? null : { symbol, decimals } };
}

function decodeDelivery(log: PlacedLog, side: Side): BridgeFact | null {
  const event = parse(side.inboxInterface, log);
  if (event === null) return null;
  const about = { direction: side.arriving, nonce: Number(event.args.nonce), step: log.step };
  switch (event.name) {
    case "MessageDelivered":
      return { kind: "delivered", success: Boolean(event.args.success), ...about };
    case "MessageRetried":
      return { kind: "retried", ...about };
    case "ClaimCancelled":
      return { kind: "cancelled", direction: about.direction, nonce: about.nonce };
    default:
      return null;
  }
}

function decodeProof(log: PlacedLog, side: Side): BridgeFact | null {
  const event = parse(side.arriving === "deposit" ? ETHEREUM_VIEW : SIDECHAIN_VIEW, log);
  const proved = { kind: "proved", direction: side.arriving, step: log.step } as const;
  if (event?.name === "RootAccepted") return { ...proved, count: Number(event.args.outboxCount) };
  if (event?.name === "CheckpointAccepted")
    return { ...proved, count: Number(event.args.checkpoint.outboxCount) };
  return null;
}

function parse(contract: Interface, { topics, data }: PlacedLog): LogDescription | null {
  return contract.parseLog({ topics: [...topics], data });
}
