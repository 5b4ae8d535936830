import type { EVM } from "@ethereumjs/evm";
import type { JumpAnalysis } from "./jumpAnalyses.js";

/** The part of the library's interpreter that is corrected. */
export interface Interpreter {
  readonly _evm: EVM;
  readonly _env: { readonly isCreate: boolean };
  _getValidJumpDestinations(code: Uint8Array): JumpAnalysis;
}

/** The package does not export it: by its place, as the module the package itself has loaded. */
export async function interpreterClass(): Promise<{ readonly prototype: Interpreter }> {
  const url = new URL("./interpreter.js", import.meta.resolve("@ethereumjs/evm"));
  return ((await import(url.href)) as { Interpreter: { prototype: Interpreter } }).Interpreter;
}
