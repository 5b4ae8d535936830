import { RATE_REPORT_MS } from "../limits.js";
import type { PeerSession } from "../peers/peerSession.js";

export interface RateReportsParts {
  offence(peer: string, rule: string, points: number, detail: string): void;
  /** Monotonic milliseconds. */
  now(): number;
}

/** Counts peers that are held back by a rate, each at most once in {@link RATE_REPORT_MS}. */
export class RateReports {
  private readonly countedAt = new WeakMap<PeerSession, number>();

  constructor(private readonly parts: RateReportsParts) {}

  count(session: PeerSession, rule: string, points: number, detail: string): void {
    const now = this.parts.now();
    if (now - (this.countedAt.get(session) ?? Number.NEGATIVE_INFINITY) <= RATE_REPORT_MS) return;
    this.countedAt.set(session, now);
    this.parts.offence(session.id, rule, points, detail);
  }
}
