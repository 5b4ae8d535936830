import type { ConsensusMessage } from "@causeway/protocol/consensusMessage";
import type { Address } from "@causeway/protocol/hex";
import { Violation } from "./violation.js";

export interface PaceLimits {
  readonly requestTimeoutMs: number;
  readonly maxRequestTimeoutMs: number;
  /** f of the set that seals the height. */
  readonly maxFaulty: (height: number) => number;
  /** A node followed f + 1 others over a round that it was never in (C8). */
  readonly onJump: () => void;
}

/** Rounding of the virtual clock. */
const CLOCK_ERROR_MS = 1;
/** Doublings of the request timeout (C7). */
const DOUBLINGS_MAX = 6;

type Said = Pick<ConsensusMessage, "kind" | "author" | "payload">;

interface Heard {
  readonly height: number;
  /** Earliest virtual time, in milliseconds, at which the node may have entered each round. */
  readonly enteredAtMs: Map<number, number>;
  /** Highest round each other validator asked for, as far as it reached the node. */
  readonly asked: Map<Address, number>;
  /** Highest round the node asked for. */
  own: number;
}

/**
 * C6, C7, C8: an honest node leaves a round when the round has had its whole timeout, or follows f + 1 others; seen from
 * outside, by what reaches it and what it sends.
 */
export class RoundPace {
  readonly #limits: PaceLimits;
  readonly #heard = new Map<number, Heard[]>();
  /** Height each node has finalized: what it still says of it shows nothing, for what it went by is forgotten. */
  readonly #finalized = new Map<number, number>();

  constructor(limits: PaceLimits) {
    this.#limits = limits;
  }

  /** The node finalized `height`, so the next one begins. */
  finalized(node: number, height: number, nowMs: number): void {
    this.#finalized.set(node, height);
    const later = (this.#heard.get(node) ?? []).filter((heard) => heard.height > height);
    this.#heard.set(node, later);
    this.#enter(this.#of(node, height + 1), 0, nowMs);
  }

  received(node: number, { kind, author, payload }: ConsensusMessage, nowMs: number): void {
    const { height, round } = payload;
    if ((kind !== "round-change" && kind !== "proposal") || this.#isPast(node, height)) return;
    const heard = this.#of(node, height);
    if (kind === "round-change") heard.asked.set(author, Math.max(round, heard.asked.get(author) ?? 0));
    else if (round > 0) this.#enter(heard, round, nowMs);
  }

  /**
   * The node signed this or says it, whichever is seen first: a busy one says it later.
   * @throws Violation when it had no reason yet to enter the round.
   */
  said(node: number, key: Address, { kind, author, payload }: Said, nowMs: number): void {
    if (kind !== "round-change" || author !== key) return;
    const { height, round } = payload;
    if (this.#isPast(node, height)) return;
    const heard = this.#of(node, height);
    if (round <= heard.own) return;
    const before = Math.max(...heard.enteredAtMs.keys(), heard.own);
    heard.own = round;
    this.#enter(heard, round, nowMs);
    const others = [...heard.asked].filter(([other, asked]) => other !== key && asked >= round).length;
    if (others > this.#limits.maxFaulty(height)) {
      if (round > before + 1) this.#limits.onJump();
      return;
    }
    const enteredAtMs = enteredBy(heard, round - 1);
    const timeoutMs = this.#timeoutMs(round - 1);
    if (nowMs - enteredAtMs + CLOCK_ERROR_MS >= timeoutMs) return;
    throw new Violation(
      "C7",
      `node ${node} leaves (${height}, ${round - 1}) ${nowMs - enteredAtMs} ms after its entry, its timeout is ${timeoutMs} ms, ${others} others are at ${round} or above`,
    );
  }

  #isPast(node: number, height: number): boolean {
    return height <= (this.#finalized.get(node) ?? 0);
  }

  #timeoutMs(round: number): number {
    const { requestTimeoutMs, maxRequestTimeoutMs } = this.#limits;
    return Math.min(requestTimeoutMs * 2 ** Math.min(round, DOUBLINGS_MAX), maxRequestTimeoutMs);
  }

  #enter({ enteredAtMs }: Heard, round: number, nowMs: number): void {
    if (!enteredAtMs.has(round)) enteredAtMs.set(round, nowMs);
  }

  #of(node: number, height: number): Heard {
    const heights = this.#heard.get(node) ?? [];
    this.#heard.set(node, heights);
    const known = heights.find((heard) => heard.height === height);
    if (known !== undefined) return known;
    const heard = { height, enteredAtMs: new Map(), asked: new Map(), own: 0 };
    heights.push(heard);
    return heard;
  }
}

/**
 * The earliest time at which the node may have entered the round. One that it entered without showing it, say because it
 * died there, came after the highest round before it that shows.
 */
function enteredBy({ enteredAtMs }: Heard, round: number): number {
  const known = [...enteredAtMs.keys()].filter((entered) => entered <= round);
  return enteredAtMs.get(Math.max(...known)) ?? 0;
}
