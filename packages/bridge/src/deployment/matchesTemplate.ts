import type { Hex } from "@causeway/protocol/hex";

const PUSH32 = "7f";
const WORD_DIGITS = 64;
const ZERO_WORD = "0".repeat(WORD_DIGITS);

/**
 * Whether deployed code is the compiled code with its immutables filled in: equal everywhere except in operands of
 * PUSH32 that the compiler left zero. What the immutables hold is for the caller to read from the contract.
 */
export function matchesTemplate(code: Hex, template: Hex): boolean {
  if (code.length !== template.length) return false;
  let i = 0;
  while (i < code.length) {
    if (code[i] === template[i]) {
      i += 1;
      continue;
    }
    const start = immutableStart(template, i);
    if (start === null) return false;
    i = start + WORD_DIGITS;
  }
  return true;
}

/** Where the zero operand that covers position `at` starts, null when none does. */
function immutableStart(template: Hex, at: number): number | null {
  for (let start = at; start > at - WORD_DIGITS && start >= PUSH32.length; start--) {
    const operand = template.slice(start, start + WORD_DIGITS);
    if (operand === ZERO_WORD && template.slice(start - PUSH32.length, start) === PUSH32) return start;
  }
  return null;
}
