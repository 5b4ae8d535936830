import type { Address, Hash } from "@causeway/protocol/hex";
import { ZERO_HASH } from "@causeway/protocol/hex";
import { PREDEPLOYS } from "@causeway/protocol/predeploys";
import { callContract, callHex, callUint } from "./callContract.js";
import { CLAIM_INBOX, ORDERED_INBOX, OUTBOX } from "./contractInterfaces.js";
import type { OutboxState } from "./readProvenOutbox.js";
import type { BlockTag, RpcReader } from "./rpcReader.js";

/** What became of a message on the other chain. */
export type Delivery = "waiting" | "delivered" | "failed";

/** How many L1 messages the sidechain consumed: the nonce that comes next (B3). */
export async function readInboxCount(sidechain: RpcReader, at: BlockTag = "latest"): Promise<number> {
  return Number(await callUint(sidechain, PREDEPLOYS.orderedInbox, ORDERED_INBOX, "count", [], at));
}

/** What became of an L1 message on the sidechain; a failed one can be retried by anyone. */
export async function readDepositDelivery(sidechain: RpcReader, nonce: number): Promise<Delivery> {
  if ((await readInboxCount(sidechain)) <= nonce) return "waiting";
  const failed = await callHex(sidechain, PREDEPLOYS.orderedInbox, ORDERED_INBOX, "failed", [nonce]);
  return failed === ZERO_HASH ? "delivered" : "failed";
}

/** What became of a sidechain message on L1; a failed one can be retried by anyone. */
export async function readClaimDelivery(
  l1: RpcReader,
  inbox: Address,
  nonce: number,
  at: BlockTag = "latest",
): Promise<Delivery> {
  const [claimed] = await callContract(l1, inbox, CLAIM_INBOX, "isClaimed", [nonce], at);
  if (claimed !== true) return "waiting";
  const [leaf] = await callContract(l1, inbox, CLAIM_INBOX, "failed", [nonce], at);
  return leaf === ZERO_HASH ? "delivered" : "failed";
}

/** L1's accumulator over its first `count` messages; zero when there are not so many (B1). */
export async function readAccumulator(
  l1: RpcReader,
  outbox: Address,
  count: number,
  at: BlockTag = "latest",
): Promise<Hash> {
  return callHex(l1, outbox, OUTBOX, "accAt", [count], at);
}

/** Root and count of an Outbox as its contract tells them, unproved. */
export async function readOutboxState(
  reader: RpcReader,
  outbox: Address,
  at: BlockTag = "latest",
): Promise<OutboxState> {
  const [root, count] = await Promise.all([
    callHex(reader, outbox, OUTBOX, "root", [], at),
    callUint(reader, outbox, OUTBOX, "count", [], at),
  ]);
  return { root, count: Number(count) };
}
