import type { BridgeSides } from "../bridgeSides.js";
import { findStandingCheckpoint } from "../l1/findAcceptedCheckpoint.js";
import { readFinalView } from "../l1/readFinalView.js";
import { readSidechainView } from "../l1/readSidechainView.js";
import type { SentMessage } from "../messages/decodeMessageSent.js";
import { readClaimDelivery } from "../messages/readInboxes.js";
import { readCertificate } from "../sidechain/readCertificate.js";

/** How far a transfer from the sidechain to L1 has come, and who acts next. */
export type WithdrawalStatus =
  /** In a block whose certificate the node does not serve (yet). */
  | { readonly state: "burned"; readonly next: "validators" }
  /** Final on the sidechain; L1 does not know. */
  | { readonly state: "certified"; readonly next: "carrier" }
  /** L1 accepted a checkpoint over it, in a block that may still be replaced. */
  | { readonly state: "checkpointSent"; readonly next: "l1" }
  /** Its checkpoints are final on L1, but a freeze soon after them voided them (B6). */
  | { readonly state: "checkpointFinal"; readonly next: "nobody"; readonly frozenAt: number }
  | { readonly state: "claimable"; readonly next: "anyone" }
  | { readonly state: "claimed"; readonly next: "nobody" }
  /** Claimed, but its target refused it: anyone may retry. */
  | { readonly state: "failed"; readonly next: "anyone" };

/** State of a withdrawal, told from both chains alone. */
export async function withdrawalStatus(sides: BridgeSides, sent: SentMessage): Promise<WithdrawalStatus> {
  const { l1, bridge, sidechain } = sides;
  const { nonce } = sent.message;
  const delivery = await readClaimDelivery(l1, bridge.inbox, nonce);
  if (delivery === "delivered") return { state: "claimed", next: "nobody" };
  if (delivery === "failed") return { state: "failed", next: "anyone" };
  const latest = await readSidechainView(l1, bridge.view, "latest");
  if (latest.outboxCount > nonce) {
    const { blockNumber, view: final } = await readFinalView(sides);
    if (final === null || final.outboxCount <= nonce) return { state: "checkpointSent", next: "l1" };
    if (final.frozenAt === 0) return { state: "claimable", next: "anyone" };
    const standing = await findStandingCheckpoint(sides, final, blockNumber);
    const covered = standing !== null && standing.checkpoint.outboxCount > nonce;
    if (covered) return { state: "claimable", next: "anyone" };
    return { state: "checkpointFinal", next: "nobody", frozenAt: final.frozenAt };
  }
  const certificate = await readCertificate(sidechain, sent.blockNumber);
  return certificate === null
    ? { state: "burned", next: "validators" }
    : { state: "certified", next: "carrier" };
}
