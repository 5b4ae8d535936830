import type { Block } from "@causeway/protocol/block";
import { SERVED_WAIT_MS_MAX } from "../limits.js";
import { NetworkError } from "../networkError.js";
import type { PeerSession } from "../peers/peerSession.js";
import { servedCost, servedCostMax } from "../rates/cost.js";
import type { RateLimiter } from "../rates/rateLimiter.js";

export interface ServedPaceParts {
  /** The rate of all strangers together, where the peer is one. */
  shareOf(session: PeerSession): RateLimiter | null;
  /** Rejects when the signal aborts. */
  wait(ms: number, signal: AbortSignal): Promise<unknown>;
}

/** How fast peers are served blocks: by what they cost to read. It is paid for before, and what was less is given back. */
export class ServedPace {
  constructor(private readonly parts: ServedPaceParts) {}

  /**
   * @param count blocks asked for.
   * @throws {NetworkError} Overloaded when the peer's turn would come too late.
   */
  async serve<T>(
    session: PeerSession,
    count: number,
    read: () => Promise<T>,
    blocksOf: (answer: T) => readonly Block[],
  ): Promise<T> {
    const share = this.parts.shareOf(session);
    const rates = share === null ? [session.rates.served] : [session.rates.served, share];
    const most = servedCostMax(count);
    const waitMs = Math.max(...rates.map((rate) => rate.take(0, most)));
    let [size, cost] = [0, 0];
    try {
      if (waitMs > SERVED_WAIT_MS_MAX) throw overloaded(session.id, waitMs);
      if (waitMs > 0) await this.parts.wait(waitMs, session.signal);
      cost = most;
      const answer = await read();
      const blocks = blocksOf(answer);
      cost = servedCost(blocks);
      size = blocks.reduce((sum, { bytes }) => sum + bytes.length, 0);
      return answer;
    } finally {
      for (const rate of rates) rate.giveBack(-size, most - cost);
    }
  }
}

function overloaded(peer: string, waitMs: number): NetworkError {
  return new NetworkError(
    { code: "Overloaded", peer },
    `peer ${peer} exceeds its request rate: its next slot is in ${Math.ceil(waitMs)} ms (N2)`,
  );
}
