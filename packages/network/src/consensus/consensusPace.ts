import { PENALTY, STRANGERS_WAIT_MS_MAX } from "../limits.js";
import type { PeerSession } from "../peers/peerSession.js";
import { frameCostMax } from "../rates/cost.js";
import type { RateLimiter } from "../rates/rateLimiter.js";
import { RateReports } from "../rates/rateReports.js";

export interface ConsensusPaceParts {
  /** The rate of all strangers together, where the peer is one. */
  shareOf(session: PeerSession): RateLimiter | null;
  offence(peer: string, rule: string, points: number, detail: string): void;
  /** Monotonic milliseconds. */
  now(): number;
  /** Rejects when the signal aborts. */
  wait(ms: number, signal: AbortSignal): Promise<unknown>;
}

/**
 * How fast what a peer sends over its consensus stream is read: by what it costs. Who is over its rate waits, its own stream
 * full, and nobody else does. A stranger pays before it is read, out of what all strangers have together, and the most that such a
 * frame may cost, so that new connections bring no new credit.
 */
export class ConsensusPace {
  private readonly reports: RateReports;

  constructor(private readonly parts: ConsensusPaceParts) {
    this.reports = new RateReports(parts);
  }

  /** @param deliver reads the frame and tells what it cost. */
  async pass(session: PeerSession, frame: Uint8Array, deliver: () => number): Promise<void> {
    const { rates } = session;
    const share = this.parts.shareOf(session);
    if (share === null) return this.wait(session, rates.consensus.take(frame.length, deliver()));
    const cost = await this.inTurn(session, share, frame, deliver);
    const waitMs = rates.strangerConsensus.take(frame.length, cost);
    if (waitMs > 0) this.countRateReports(session);
    await this.wait(session, waitMs);
  }

  /** @returns what it cost; nothing when its turn is too far away, and the frame is dropped. */
  private async inTurn(
    session: PeerSession,
    share: RateLimiter,
    frame: Uint8Array,
    deliver: () => number,
  ): Promise<number> {
    const most = frameCostMax(frame);
    const turnMs = share.take(frame.length, most);
    let [size, cost] = [0, 0];
    try {
      await this.wait(session, Math.min(turnMs, STRANGERS_WAIT_MS_MAX));
      if (turnMs > STRANGERS_WAIT_MS_MAX) return 0;
      [size, cost] = [frame.length, most];
      cost = deliver();
      return cost;
    } finally {
      share.giveBack(frame.length - size, most - cost);
    }
  }

  private countRateReports(session: PeerSession): void {
    const detail = "consensus messages that cost more than the rate of a stranger allows";
    this.reports.count(session, "N2.consensusRate", PENALTY.consensusRate, detail);
  }

  private async wait({ signal }: PeerSession, ms: number): Promise<void> {
    if (ms > 0) await this.parts.wait(ms, signal);
  }
}
