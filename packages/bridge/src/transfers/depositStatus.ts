import { quorum } from "@causeway/protocol/quorum";
import type { BridgeSides } from "../bridgeSides.js";
import type { SentMessage } from "../messages/decodeMessageSent.js";
import { readDepositDelivery } from "../messages/readInboxes.js";
import { LOG_RANGE_BLOCKS } from "../rpc/findLog.js";
import { readAcceptedObservation, readAttesters, readVotes } from "../sidechain/readEthereumView.js";
import { readHeader } from "../sidechain/readHeader.js";

/** How far a transfer from L1 to the sidechain has come, and who acts next. */
export type DepositStatus =
  /** In an L1 block that may still be replaced. */
  | { readonly state: "seen"; readonly next: "l1"; readonly blocksToFinality: number }
  /** In a finalized L1 block, nobody voted on a block that holds it. */
  | { readonly state: "final"; readonly next: "attesters"; readonly need: number }
  /** Some attesters voted; with `votes` = `need` it can be delivered. */
  | {
      readonly state: "attested";
      readonly next: "attesters" | "carrier";
      readonly votes: number;
      readonly need: number;
    }
  | { readonly state: "delivered"; readonly next: "nobody" }
  /** Delivered, but its target refused it: anyone may retry. */
  | { readonly state: "failed"; readonly next: "anyone" };

/** State of a deposit, told from both chains alone. */
export async function depositStatus(sides: BridgeSides, sent: SentMessage): Promise<DepositStatus> {
  const { nonce } = sent.message;
  const delivery = await readDepositDelivery(sides.sidechain, nonce);
  if (delivery === "delivered") return { state: "delivered", next: "nobody" };
  if (delivery === "failed") return { state: "failed", next: "anyone" };
  const need = quorum((await readAttesters(sides.sidechain)).length);
  const accepted = await readAcceptedObservation(sides.sidechain);
  if (accepted.outboxCount > nonce) return { state: "attested", next: "carrier", votes: need, need };
  const finalized = await readHeader(sides.l1, "finalized");
  if (finalized.number < sent.blockNumber) {
    return { state: "seen", next: "l1", blocksToFinality: sent.blockNumber - finalized.number };
  }
  const votes = await pendingVotes(sides, nonce, accepted.blockNumber);
  if (votes === 0) return { state: "final", next: "attesters", need };
  return { state: "attested", next: "attesters", votes, need };
}

/** Most equal votes, on one L1 block above the accepted one, for an Outbox that holds the message. */
async function pendingVotes({ sidechain }: BridgeSides, nonce: number, accepted: number): Promise<number> {
  const toBlock = (await readHeader(sidechain, "latest")).number;
  const fromBlock = Math.max(0, toBlock - LOG_RANGE_BLOCKS + 1);
  const votes = await readVotes(sidechain, { fromBlock, toBlock });
  return votes
    .filter((vote) => vote.blockNumber > accepted && vote.outboxCount > nonce)
    .reduce((most, vote) => Math.max(most, vote.votes), 0);
}
