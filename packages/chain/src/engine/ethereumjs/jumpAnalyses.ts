/** What the library finds out about a contract's code before it jumps in it. */
export interface JumpAnalysis {
  readonly jumps: Uint8Array;
  readonly pushes: Readonly<Record<number, bigint>>;
  readonly opcodesCached: readonly unknown[];
}

/** Code whose analyses are kept, in bytes; an analysis takes some 20 bytes for each byte of code. */
const CODE_BYTES_MAX = 2 * 1024 * 1024;

/**
 * Analyses of the code run lately, by the array that holds it: a contract's is one object for all calls, kept by the
 * caches of the state and the node store. Valid for one table of opcodes, whose entries they hold.
 */
export class JumpAnalyses {
  readonly #byCode = new Map<Uint8Array, JumpAnalysis>();
  #bytes = 0;

  /** @param analyse called for code that is new here. */
  of(code: Uint8Array, analyse: () => JumpAnalysis): JumpAnalysis {
    const known = this.#byCode.get(code);
    if (known !== undefined) {
      this.#byCode.delete(code);
      this.#byCode.set(code, known);
      return known;
    }
    const analysis = analyse();
    this.#byCode.set(code, analysis);
    // The whole buffer stays alive, also where code is a part of one.
    this.#bytes += code.buffer.byteLength;
    for (const oldest of this.#byCode.keys()) {
      if (this.#bytes <= CODE_BYTES_MAX) break;
      this.#byCode.delete(oldest);
      this.#bytes -= oldest.buffer.byteLength;
    }
    return analysis;
  }
}
