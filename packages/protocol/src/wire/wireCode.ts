/** The byte before the RLP of every message (X8); the table is docs/protocol/wire.md. */
export const WIRE_CODE = {
  hello: 0x01,
  helloProof: 0x02,
  proposal: 0x10,
  prepare: 0x11,
  commit: 0x12,
  roundChange: 0x13,
  decided: 0x14,
  have: 0x15,
  blocksRequest: 0x20,
  blocks: 0x21,
  blockRequest: 0x22,
  block: 0x23,
  poolRequest: 0x24,
  pool: 0x25,
  head: 0x30,
} as const;

export type WireCode = (typeof WIRE_CODE)[keyof typeof WIRE_CODE];
