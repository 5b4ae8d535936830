import {
  CLAIM_INBOX,
  ETHEREUM_VIEW,
  ORDERED_INBOX,
  OUTBOX,
  SIDECHAIN_VIEW,
} from "@causeway/bridge/contractInterfaces";
import { type BridgeMessage, messageLeaf } from "@causeway/protocol/bridgeMessage";
import type { BridgeConfig } from "@causeway/protocol/genesis";
import { type Address, type Hex, ZERO_HASH } from "@causeway/protocol/hex";
import { DEVNET_L1_CHAIN_ID, PREDEPLOYS } from "@causeway/protocol/predeploys";
import { ETH_TOKEN, encodeDeposit, encodeWithdrawal } from "@causeway/protocol/transferData";
import type { Interface } from "ethers";
import { CHAIN_ID, type MadeLog } from "./certifiedChain.js";

export const BRIDGE: BridgeConfig = {
  l1ChainId: DEVNET_L1_CHAIN_ID,
  outbox: "0x00000000000000000000000000000000000b0001",
  view: "0x00000000000000000000000000000000000b0002",
  inbox: "0x00000000000000000000000000000000000b0003",
  vault: "0x00000000000000000000000000000000000b0004",
};

export const ALICE: Address = "0xa11ce00000000000000000000000000000000001";
export const TOKEN: Address = "0x7070707070707070707070707070707070707070";

export interface Crossing {
  readonly nonce: number;
  readonly token: Address;
  readonly amount: bigint;
}

/** L1's Outbox wrote a deposit. */
export function depositSent({ nonce, token, amount }: Crossing): MadeLog {
  const data = encodeDeposit({
    originChainId: BigInt(DEVNET_L1_CHAIN_ID),
    originToken: token,
    from: ALICE,
    to: ALICE,
    amount,
    name: token === ETH_TOKEN ? "Ether" : "Test Dollar",
    symbol: token === ETH_TOKEN ? "ETH" : "TUSD",
    decimals: token === ETH_TOKEN ? 18 : 6,
  });
  return messageSent(BRIDGE.outbox, {
    nonce,
    sourceChainId: BigInt(DEVNET_L1_CHAIN_ID),
    sourceOutbox: BRIDGE.outbox,
    destinationChainId: BigInt(CHAIN_ID),
    sender: BRIDGE.vault,
    target: PREDEPLOYS.mint,
    gasLimit: 200_000,
    data,
  });
}

/** The sidechain's Outbox wrote a withdrawal. */
export function withdrawalSent({ nonce, token, amount }: Crossing): MadeLog {
  const originChainId = BigInt(DEVNET_L1_CHAIN_ID);
  return messageSent(PREDEPLOYS.outbox, {
    nonce,
    sourceChainId: BigInt(CHAIN_ID),
    sourceOutbox: PREDEPLOYS.outbox,
    destinationChainId: originChainId,
    sender: PREDEPLOYS.mint,
    target: BRIDGE.vault,
    gasLimit: 200_000,
    data: encodeWithdrawal({ originChainId, originToken: token, from: ALICE, to: ALICE, amount }),
  });
}

/** EthereumView accepted a root over the first `count` deposits. */
export function rootAccepted(count: number): MadeLog {
  return log(PREDEPLOYS.ethereumView, ETHEREUM_VIEW, "RootAccepted", [count, ZERO_HASH, ZERO_HASH, count]);
}

export function depositDelivered(nonce: number, success = true): MadeLog {
  return log(PREDEPLOYS.orderedInbox, ORDERED_INBOX, "MessageDelivered", [nonce, ZERO_HASH, success]);
}

/** SidechainView accepted a checkpoint over the first `count` withdrawals. */
export function checkpointAccepted(index: number, count: number): MadeLog {
  const checkpoint = [
    index,
    0,
    index,
    ZERO_HASH,
    ZERO_HASH,
    ZERO_HASH,
    count,
    ZERO_HASH,
    0,
    ZERO_HASH,
    ZERO_HASH,
  ];
  return log(BRIDGE.view, SIDECHAIN_VIEW, "CheckpointAccepted", [index, index, ZERO_HASH, 0, checkpoint]);
}

export function withdrawalClaimed(nonce: number, success = true): MadeLog {
  return log(BRIDGE.inbox, CLAIM_INBOX, "MessageDelivered", [nonce, ZERO_HASH, success]);
}

function messageSent(outbox: Address, message: BridgeMessage): MadeLog {
  return log(outbox, OUTBOX, "MessageSent", [message.nonce, messageLeaf(message), Object.values(message)]);
}

function log(address: Address, contract: Interface, name: string, values: readonly unknown[]): MadeLog {
  const event = contract.getEvent(name);
  if (event === null) throw new Error(`no event ${name}`);
  const { topics, data } = contract.encodeEventLog(event, [...values]);
  return { address, topics: topics as Hex[], data: data as Hex };
}
