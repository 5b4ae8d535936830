import type { Hash } from "@causeway/protocol/hex";
import type { SimulatedNode } from "../node/simulatedNode.js";
import type { Checkers, Signed } from "./checkers.js";
import { isRecord, readEntries, readRecord, recordPathOf } from "./readRecord.js";

/** A record past this size may be written anew without earlier rounds of its height (decision 0022). */
const FORGETS_PAST_BYTES = 4 * 1024 * 1024;

/** Holds what power losses leave of honest nodes' safety records against all their keys ever said (W1, W2). */
export class RecordWatch {
  readonly #world: RecordWatchWorld;
  /** Entries left by a power loss, until the node runs again and its blocks can be counted. */
  readonly #left = new Map<number, readonly Signed[]>();
  /** Nodes whose record was damaged: what replaces it need not hold what they said before (W5). */
  readonly #damaged = new Set<number>();
  /** Records, by path, that may have forgotten rounds, and before which one. */
  readonly #forgotten = new Map<string, Signed["payload"]>();

  constructor(world: RecordWatchWorld) {
    this.#world = world;
  }

  powerLost(node: SimulatedNode): void {
    if (this.#world.isHonest(node.index) && !this.#damaged.has(node.index))
      this.#left.set(node.index, this.#entries(node));
  }

  damaged(node: SimulatedNode): void {
    this.#damaged.add(node.index);
  }

  /** A file is about to be replaced. */
  replaced(node: SimulatedNode, path: string): void {
    if (!isRecord(path) || (node.disk.read(path)?.length ?? 0) <= FORGETS_PAST_BYTES) return;
    const last = readEntries(node, path).at(-1);
    if (last !== undefined) this.#forgotten.set(path, last.signing.payload);
  }

  /** @throws Violation when something that was sent above the node's blocks was not in the record. */
  started(node: SimulatedNode): void {
    const left = this.#left.get(node.index);
    if (left === undefined) return;
    this.#left.delete(node.index);
    this.#check(node, left);
  }

  /** @throws Violation when something that was sent above the node's blocks is not in the record as it is now. */
  check(node: SimulatedNode): void {
    this.#check(node, this.#entries(node));
  }

  #check(node: SimulatedNode, entries: readonly Signed[]): void {
    const { checkers, heightOf, genesisHash } = this.#world;
    for (const key of node.keys) {
      const forgotten = this.#forgotten.get(recordPathOf(node, key, genesisHash)) ?? null;
      const own = entries.filter(({ author }) => author === key);
      checkers.recorded(key, heightOf(node.index), own, forgotten);
    }
  }

  #entries(node: SimulatedNode): Signed[] {
    const entries = readRecord(node, this.#world.genesisHash);
    return entries.map(({ author, signing, signature }) => ({ ...signing, author, signature }));
  }
}

export interface RecordWatchWorld {
  readonly checkers: Checkers;
  readonly genesisHash: Hash;
  readonly isHonest: (index: number) => boolean;
  /** Blocks the node has shown to have finalized. */
  readonly heightOf: (index: number) => number;
}
