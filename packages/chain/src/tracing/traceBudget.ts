import { chainError } from "../chainError.js";

/** Bytes that the answers of all tracers of one request may still take: what they hold is bounded by it, too. */
export class TraceBudget {
  #left: number;

  constructor(private readonly bytesMax: number) {
    this.#left = bytesMax;
  }

  /** @throws ChainError "TraceTooLarge". */
  take(bytes: number): void {
    this.#left -= bytes;
    if (this.#left >= 0) return;
    throw chainError("TraceTooLarge", `trace exceeds ${this.bytesMax} bytes`);
  }
}
