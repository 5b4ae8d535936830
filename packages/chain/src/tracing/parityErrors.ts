/** Parity's words by geth's. */
const PARITY_WORDS: Readonly<Record<string, string>> = {
  "contract creation code storage out of gas": "Out of gas",
  "out of gas": "Out of gas",
  "gas uint64 overflow": "Out of gas",
  "max code size exceeded": "Out of gas",
  "invalid jump destination": "Bad jump destination",
  "execution reverted": "Reverted",
  "return data out of bounds": "Out of bounds",
  "stack limit reached 1024 (1023)": "Out of stack",
  "write protection": "Mutable Call In Static Context",
  "insufficient balance for transfer": "Insufficient balance for transfer",
};
/** The same for words that go on. */
const PARITY_BEGINNINGS: readonly (readonly [string, string])[] = [
  ["out of gas:", "Out of gas"],
  ["invalid opcode:", "Bad instruction"],
  ["stack underflow", "Stack underflow"],
];

/** What Parity's trace_ methods call a failure; geth's words where it had none of its own. */
export function parityError(error: string, precompile: boolean): string {
  const beginning = PARITY_BEGINNINGS.find(([start]) => error.startsWith(start));
  const words = PARITY_WORDS[error] ?? beginning?.[1] ?? error;
  return precompile && words !== "Out of gas" ? "Built-in failed" : words;
}
