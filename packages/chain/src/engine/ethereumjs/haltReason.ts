/** geth's words for what the library calls differently. */
const GETH_WORDS: Readonly<Record<string, string>> = {
  "code store out of gas": "contract creation code storage out of gas",
  "code size to deposit exceeds maximum code size": "max code size exceeded",
  "stack overflow": "stack limit reached 1024 (1023)",
  "invalid JUMP": "invalid jump destination",
  "invalid opcode": "invalid opcode: INVALID",
  "value out of range": "gas uint64 overflow",
  "static state change": "write protection",
  "create collision": "contract address collision",
  "insufficient balance": "insufficient balance for transfer",
  "invalid bytecode deployed": "invalid code: must not begin with 0xef",
  "initcode exceeds max initcode size": "max initcode size exceeded",
};

/** @param error message of the library's EVMError. */
export function haltReason(error: string): string {
  // The library appends the place to this one.
  const words = error.startsWith("invalid JUMP at") ? "invalid JUMP" : error;
  return GETH_WORDS[words] ?? words;
}
