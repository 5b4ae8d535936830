import type { Common } from "@ethereumjs/common";
import { EVMError, type ExecResult } from "@ethereumjs/evm";
import { haltReason } from "./haltReason.js";
import { operandCount } from "./operandCounts.js";

export const OPCODE = {
  stop: 0x00,
  returnDataCopy: 0x3e,
  sstore: 0x55,
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

/** Words of memory whose cost geth can still count. */
export const MEMORY_WORDS_MAX = 2n ** 32n - 1n;
/** Words of memory whose bytes 64 bits can count. */
const COUNTABLE_WORDS = 2n ** 59n;
/** EIP-2200. */
const SSTORE_SENTRY_GAS = 2_300n;

/** The opcode that a number of the library's state of a run stands for. */
export function opcodeOf(code: number): number {
  return code & 0xff;
}

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
  if (error === errorMessages.STACK_UNDERFLOW && run !== undefined) {
    return `stack underflow (${run.stack.length} <=> ${operandCount(opcodeOf(run.opCode))})`;
  }
  // Of a precompile.
  if (error === errorMessages.OUT_OF_RANGE && run === undefined) return "invalid input length";
  // The library calls the next three a lack of gas.
  if (error === errorMessages.OUT_OF_GAS && run !== undefined && run.memoryWordCount > MEMORY_WORDS_MAX) {
    return run.memoryWordCount < COUNTABLE_WORDS ? "out of gas: gas uint64 overflow" : "gas uint64 overflow";
  }
  if (error === errorMessages.OUT_OF_GAS && copiesBeyondReturnData(run)) return "return data out of bounds";
  if (error === errorMessages.OUT_OF_GAS && keepsForReentrancy(run, common)) {
    return "out of gas: not enough gas for reentrancy sentry";
  }
  // The library says the same of what the code costs; then RETURN is done.
  const returned = run?.opCode === OPCODE.return && run.code[run.programCounter] !== OPCODE.return;
  if (error === errorMessages.OUT_OF_GAS && creates && returned) return haltReason("code store out of gas");
  return haltReason(error);
}

/** EIP-2200: with no more gas than a stipend nothing is stored. Gas is 0 where it ran out otherwise. */
function keepsForReentrancy(run: ExecResult["runState"], common: Common): boolean {
  if (run?.opCode !== OPCODE.sstore || !common.gteHardfork("istanbul")) return false;
  return run.gasLeft > 0n && run.gasLeft <= SSTORE_SENTRY_GAS;
}

/** EIP-211. Its operands are still there. */
function copiesBeyondReturnData(run: ExecResult["runState"]): boolean {
  if (run?.opCode !== OPCODE.returnDataCopy || run.stack.length < operandCount(OPCODE.returnDataCopy))
    return false;
  const [, offset = 0n, size = 0n] = run.stack.peek(operandCount(OPCODE.returnDataCopy));
  return offset + size > BigInt(run.returnBytes.length);
}
