import { BAN_MS, SCORE_BAN, SCORE_RECOVERY_PER_SECOND, SCORES_MAX } from "../limits.js";

interface Entry {
  score: number;
  /** Monotonic time of `score`. */
  at: number;
  bannedUntil: number;
}

/** Scores by peer id: 0 is good, penalties go below, time heals; at the bound the peer is banned for a while. */
export class PeerScores {
  private readonly entries = new Map<string, Entry>();

  /** @param now monotonic milliseconds. */
  constructor(private readonly now: () => number) {}

  score(peer: string): number {
    const entry = this.entries.get(peer);
    if (entry === undefined) return 0;
    return Math.min(0, entry.score + ((this.now() - entry.at) / 1_000) * SCORE_RECOVERY_PER_SECOND);
  }

  isBanned(peer: string): boolean {
    const entry = this.entries.get(peer);
    return entry !== undefined && this.now() < entry.bannedUntil;
  }

  /** @returns true when this penalty bans the peer. A served ban leaves a clean score. */
  penalise(peer: string, points: number): boolean {
    if (this.isBanned(peer)) return false;
    const score = this.score(peer) - points;
    const banned = score <= SCORE_BAN;
    const at = this.now();
    this.entries.delete(peer);
    this.entries.set(
      peer,
      banned ? { score: 0, at, bannedUntil: at + BAN_MS } : { score, at, bannedUntil: at },
    );
    if (this.entries.size > SCORES_MAX) this.forgetBest();
    return banned;
  }

  private forgetBest(): void {
    let best: string | null = null;
    for (const peer of this.entries.keys()) {
      if (this.isBanned(peer)) continue;
      if (best === null || this.score(peer) > this.score(best)) best = peer;
    }
    this.entries.delete(best ?? (this.entries.keys().next().value as string));
  }
}
