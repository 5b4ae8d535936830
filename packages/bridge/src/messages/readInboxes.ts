import { type Address, ZERO_HASH } from "@causeway/protocol/hex";
import { PREDEPLOYS } from "@causeway/protocol/predeploys";
import { CLAIM_INBOX, ORDERED_INBOX } from "../contractInterfaces.js";
import { callContract, callHex, callUint } from "../rpc/callContract.js";
import type { BlockTag, RpcReader } from "../rpc/rpcReader.js";

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
