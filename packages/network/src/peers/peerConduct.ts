import { tellHost } from "../hostCalls.js";
import { PENALTY } from "../limits.js";
import type { NetworkHandlers, NetworkOptions } from "../networkPort.js";
import { isMalformed } from "../streams/isMalformed.js";
import { PeerScores } from "./peerScores.js";

export interface PeerConductParts {
  readonly log: NetworkOptions["log"];
  readonly handlers: Pick<NetworkHandlers, "onRefused">;
  /** Monotonic milliseconds. */
  now(): number;
  disconnect(peer: string, reason: Error): void;
}

/** How peers behave: broken rules are logged, counted by the host and scored, and lead to a ban (N2). */
export class PeerConduct {
  private readonly scores: PeerScores;

  constructor(private readonly parts: PeerConductParts) {
    this.scores = new PeerScores(parts.now);
  }

  score(peer: string): number {
    return this.scores.score(peer);
  }

  /** The rule that keeps a peer out, or null. */
  denial(peer: string, allowlist: ReadonlySet<string> | null): string | null {
    if (this.scores.isBanned(peer)) return "N2.banned";
    if (allowlist !== null && !allowlist.has(peer)) return "N1.allowlist";
    return null;
  }

  /** @param rule what was broken, as log and metrics name it (X9). */
  penalise(peer: string, rule: string, points: number, detail?: string): void {
    const banned = this.scores.penalise(peer, points);
    const score = this.scores.score(peer);
    this.parts.log.warn({ peer, rule, detail, points, score, banned }, "p2p peer penalised");
    if (banned) this.parts.disconnect(peer, new Error(`banned: ${rule}`));
  }

  /** A refusal of the network's own: counted by the host, and logged where it happens. */
  refused(rule: string): void {
    tellHost(() => this.parts.handlers.onRefused?.(rule));
  }

  /** A rule broken that the network itself saw: penalised and counted. */
  offence(peer: string, rule: string, points: number, detail: string): void {
    this.penalise(peer, rule, points, detail);
    this.refused(rule);
  }

  /** @returns false when `error` does not speak of the peer's bytes. */
  misbehaved(peer: string, error: unknown): boolean {
    if (!isMalformed(error)) return false;
    // Without indices, so that the rules are few enough to count.
    const field = error.type.field.replace(/\[\d+\]/g, "");
    this.offence(peer, `N2.${field}`, PENALTY.malformed, error.message);
    return true;
  }
}
