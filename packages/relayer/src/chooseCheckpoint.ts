import type { BridgeSides } from "@causeway/bridge/bridgeSides";
import type { SidechainViewState } from "@causeway/bridge/l1/readSidechainView";
import { readAccumulator } from "@causeway/bridge/messages/readOutbox";
import { readCertificate, type SealedCheckpoint } from "@causeway/bridge/sidechain/readCertificate";
import type { Checkpoint } from "@causeway/protocol/checkpoint";
import { StepError } from "./severity.js";

/**
 * The newest checkpoint at or below `newest` whose inbox is L1's own (B5). Normally `newest` itself; when L1 was
 * reorganized past finality, or the node asked is behind, an older one still covers the withdrawals made before.
 * Once an inbox left L1's history it never returns, so halving finds the last good one.
 * @returns null when there is none above the head of the view.
 */
export async function chooseCheckpoint(
  sides: BridgeSides,
  view: SidechainViewState,
  newest: SealedCheckpoint,
): Promise<SealedCheckpoint | null> {
  if (await hasL1Inbox(sides, newest.certificate.checkpoint)) return newest;
  let good = view.height;
  let bad = newest.certificate.checkpoint.height;
  let best: SealedCheckpoint | null = null;
  while (bad - good > 1) {
    const height = Math.floor((good + bad) / 2);
    const sealed = await requireCertificate(sides, height);
    if (await hasL1Inbox(sides, sealed.certificate.checkpoint)) {
      good = height;
      best = sealed;
    } else bad = height;
  }
  return best;
}

/** @throws {StepError} temporary, "NoCertificate": the node does not have it yet. */
export async function requireCertificate(
  { sidechain }: BridgeSides,
  tag: "latest" | number,
): Promise<SealedCheckpoint> {
  const sealed = await readCertificate(sidechain, tag);
  if (sealed !== null) return sealed;
  throw new StepError(
    "temporary",
    "NoCertificate",
    `the sidechain node serves no certificate of block ${tag} yet`,
  );
}

async function hasL1Inbox({ l1, bridge }: BridgeSides, c: Checkpoint): Promise<boolean> {
  return (await readAccumulator(l1, bridge.outbox, c.inboxCount)) === c.inboxAcc;
}
