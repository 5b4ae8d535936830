import { type BridgeMessage, messageLeaf } from "@causeway/protocol/bridgeMessage";
import { AbiCoder, keccak256 } from "ethers";
import { BridgeError } from "../bridgeError.js";
import type { BridgeSides } from "../bridgeSides.js";
import { CLAIM_INBOX } from "../contractInterfaces.js";
import { callHex } from "../rpc/callContract.js";
import { findLog } from "../rpc/findLog.js";

/**
 * L1 time, in seconds, at which the checkpoint was accepted that a failed message was claimed against: what
 * `ClaimInbox.retry` asks for. Looked for in the events, and taken only if the Inbox stores that very failure.
 * @param blocks L1 blocks that may hold the claim.
 * @throws {BridgeError} LogsIncomplete when the node's logs do not hold it, or the message did not fail.
 */
export async function findFailedClaim(
  { l1, bridge }: Pick<BridgeSides, "l1" | "bridge">,
  message: BridgeMessage,
  blocks: { readonly from: number; readonly to: number },
): Promise<number> {
  const { nonce } = message;
  const stored = await callHex(l1, bridge.inbox, CLAIM_INBOX, "failed", [nonce]);
  const topics = CLAIM_INBOX.encodeFilterTopics("ClaimFailed", [nonce]);
  const found = await findLog(
    l1,
    { address: bridge.inbox, topics },
    blocks.to,
    async (log) => {
      const { acceptedAt } = CLAIM_INBOX.decodeEventLog("ClaimFailed", log.data, log.topics);
      return failedEntry(message, acceptedAt as bigint) === stored ? Number(acceptedAt) : null;
    },
    blocks.from,
  );
  if (found !== null) return found;
  throw new BridgeError(
    { code: "LogsIncomplete", outbox: bridge.inbox, have: 0, need: 1 },
    `the logs of ClaimInbox ${bridge.inbox} up to block ${blocks.to} do not hold the failed claim of message ${nonce}`,
  );
}

/** ClaimInbox's entry of a failed message: keccak256(abi.encode(leaf, acceptedAt)). */
function failedEntry(message: BridgeMessage, acceptedAt: bigint): string {
  const leaf = messageLeaf(message);
  return keccak256(AbiCoder.defaultAbiCoder().encode(["bytes32", "uint256"], [leaf, acceptedAt]));
}
