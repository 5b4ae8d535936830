import assert from "node:assert/strict";
import type { Block } from "@causeway/protocol/block";
import type { SignedPrepare } from "@causeway/protocol/consensusMessage";
import type { Hash } from "@causeway/protocol/hex";
import type { Effect } from "../src/effect.js";
import { LocalNode } from "./support/localNode.js";

/** The byzantine one of four. */
const HOARDER = 3;
/** Rounds after the healing in which a block must be decided: each honest validator proposes several times. */
const HEALED_ROUNDS_MAX = 12;

/**
 * Three honest validators whose PREPAREs reach the fourth alone, for a while; PROPOSALs and ROUND-CHANGEs arrive. It then
 * proves the first block prepared in every round, and never hands it out (C2).
 */
class World {
  readonly nodes = [0, 1, 2].map((self) => new LocalNode({ self }));
  readonly #hoarded: SignedPrepare[] = [];
  #first: Block | null = null;
  #healed = false;
  #claims = false;

  get isDecided(): boolean {
    return this.nodes.some(({ height }) => height.writeRequested);
  }

  get round(): number {
    return Math.max(...this.nodes.map(({ round }) => round));
  }

  start(): void {
    for (const node of this.nodes) node.expire("block").expire("block");
    this.#settle();
  }

  claim(): void {
    this.#claims = true;
  }

  heal(): void {
    this.#healed = true;
  }

  /** The hoarder asks for the next round just before all others do. */
  timeOut(): void {
    const next = this.round + 1;
    for (const node of this.nodes) {
      const peer = node.peers.peer(HOARDER);
      const claim = this.#claims && this.#first !== null ? { block: this.#first, round: 0 } : null;
      const message = peer.roundChange(next, claim);
      peer.inject(
        claim === null ? message : { ...message, prepares: this.#hoarded.slice(0, 3), block: null },
      );
    }
    for (const node of this.nodes) {
      node.nowMs += 2_000;
      if (node.height.round.timerRunning) node.expire("round");
    }
    this.#settle();
  }

  #settle(): void {
    for (let moved = true; moved; ) {
      moved = false;
      for (const node of this.nodes)
        for (const effect of node.effects.splice(0)) moved = this.#perform(node, effect) || moved;
    }
  }

  #perform(node: LocalNode, effect: Effect): boolean {
    switch (effect.kind) {
      case "broadcast":
        return this.#broadcast(node, effect);
      case "fetch-blocks": {
        const blocks = effect.hashes.flatMap((hash) => this.#find(hash) ?? []);
        for (const block of blocks) node.input({ kind: "block-fetched", block });
        return blocks.length > 0;
      }
      default:
        return false;
    }
  }

  #broadcast(node: LocalNode, { message }: Extract<Effect, { kind: "broadcast" }>): boolean {
    if (message.kind === "proposal") this.#first ??= message.block;
    if (message.kind === "prepare") {
      if (message.payload.round === 0) this.#hoarded.push(message);
      if (!this.#healed) return true;
    }
    for (const other of this.nodes)
      if (other !== node) other.input({ kind: "message", peer: `of ${message.author}`, message });
    return true;
  }

  /** Hosts serve what their cores hold; records need not reach back so far. */
  #find(hash: Hash): Block | null {
    for (const { height } of this.nodes) {
      const block = height.blocks.get(hash);
      if (block !== undefined) return block;
    }
    return null;
  }
}

describe("a block that honest validators PREPAREd and a byzantine one alone can prove prepared", () => {
  for (const rounds of [4, 40]) {
    it(`C2: another is decided, although that was ${rounds} rounds ago and its prover keeps it for itself`, () => {
      const world = new World();
      world.start();
      while (world.round < rounds) world.timeOut();
      world.claim();
      world.timeOut();
      assert.ok(!world.isDecided);
      world.heal();
      for (let i = 0; i < HEALED_ROUNDS_MAX && !world.isDecided; i++) world.timeOut();
      assert.ok(world.isDecided);
    });
  }
});
