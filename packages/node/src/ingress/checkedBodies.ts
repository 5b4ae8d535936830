import type { Block } from "@causeway/protocol/block";
import type { Hash } from "@causeway/protocol/hex";

/** Blocks whose bodies are remembered, with their bytes: those proposed at one height, and some more. */
const BODIES_MAX = 8;

interface Verdict {
  readonly bytes: Uint8Array;
  readonly fault: string | null;
}

/** Hashes a block's body once, however often the block is brought, and by whom (N2). */
export class CheckedBodies {
  readonly #bodyFault: (block: Block) => string | null;
  readonly #verdicts = new Map<Hash, Verdict>();

  /** @param bodyFault the rule that a block's body breaks; null where it is the only one with this hash that breaks none. */
  constructor(bodyFault: (block: Block) => string | null) {
    this.#bodyFault = bodyFault;
  }

  /** @returns the rule that is broken, or null. */
  fault(block: Block): string | null {
    const known = this.#verdicts.get(block.hash);
    if (known !== undefined && isSame(known.bytes, block.bytes)) return known.fault;
    // A sound body of that hash is known, and this is another.
    if (known?.fault === null) return "C16.body";
    const fault = this.#bodyFault(block);
    this.#remember(block, fault);
    return fault;
  }

  #remember({ hash, bytes }: Block, fault: string | null): void {
    this.#verdicts.delete(hash);
    this.#verdicts.set(hash, { bytes, fault });
    for (const oldest of this.#verdicts.keys()) {
      if (this.#verdicts.size <= BODIES_MAX) return;
      this.#verdicts.delete(oldest);
    }
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a === b || Buffer.compare(a, b) === 0;
}
