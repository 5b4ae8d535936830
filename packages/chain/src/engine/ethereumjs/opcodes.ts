import type { Common } from "@ethereumjs/common";
import { EVMError, type ExecResult } from "@ethereumjs/evm";
import { haltReason } from "./haltReason.js";

export const OPCODE = {
  stop: 0x00,
  create: 0xf0,
  call: 0xf1,
  callCode: 0xf2,
  return: 0xf3,
  delegateCall: 0xf4,
  create2: 0xf5,
  staticCall: 0xfa,
  revert: 0xfd,
  invalid: 0xfe,
  selfDestruct: 0xff,
} as const;

/** STOP, RETURN, SELFDESTRUCT: what ends a frame well. */
export const LAST_OPCODES: ReadonlySet<number> = new Set([OPCODE.stop, OPCODE.return, OPCODE.selfDestruct]);

/** geth's name. @param name the library's. */
export function opcodeName(code: number, name: string): string {
  if (name === "INVALID" && code !== OPCODE.invalid) return `opcode 0x${code.toString(16)} not defined`;
  // geth keeps the name from before the merge.
  return name === "PREVRANDAO" ? "DIFFICULTY" : name;
}

/** geth's words for why a frame failed; null when it did not. */
export function failureReason(result: ExecResult, creates: boolean, common: Common): string | null {
  const error = result.exceptionError?.error;
  if (error === undefined) return null;
  const { errorMessages } = EVMError;
  if (error === errorMessages.REVERT) return "execution reverted";
  // Before Homestead a contract whose code cannot be paid for is there without code.
  if (error === errorMessages.CODESTORE_OUT_OF_GAS && !common.gteHardfork("homestead")) return null;
  const run = result.runState;
  if (error === errorMessages.INVALID_OPCODE && run !== undefined) {
    return `invalid opcode: ${opcodeName(run.opCode, "INVALID")}`;
  }
  // The library says the same of what the code costs; then RETURN is done.
  const returned = run?.opCode === OPCODE.return && run.code[run.programCounter] !== OPCODE.return;
  if (error === errorMessages.OUT_OF_GAS && creates && returned) return haltReason("code store out of gas");
  return haltReason(error);
}
