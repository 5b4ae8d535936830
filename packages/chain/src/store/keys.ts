import type { Address, Hash } from "@causeway/protocol/hex";
import { fromHex } from "../codec/hex.js";

/** First byte of every key in the database. */
const PREFIX = {
  meta: 0x00,
  node: 0x01,
  block: 0x02,
  receipts: 0x03,
  transaction: 0x04,
  certificate: 0x05,
  validators: 0x06,
  appearance: 0x07,
  appearances: 0x08,
  creation: 0x09,
} as const;

/** Of every height in a key or a value. */
export const NUMBER_BYTES = 8;

export const keys = {
  genesisHash: meta("genesisHash"),
  /** Number and hash of the newest finalized block. */
  head: meta("head"),
  /** First height with block and state, where that is not genesis. */
  historyStart: meta("historyStart"),
  /** First height whose state was not pruned; absent where none was. */
  stateStart: meta("stateStart"),
  /** Every trie node and code. */
  nodes: { from: Uint8Array.of(PREFIX.node), before: Uint8Array.of(PREFIX.node + 1) },
  /** Trie node or code; `hex` is the library's unprefixed key. */
  node: (hex: string) => prefixed(PREFIX.node, Buffer.from(hex, "hex")),
  /** Headers, bodies and their indexes, by geth's keys. */
  block: (key: Uint8Array) => prefixed(PREFIX.block, key),
  /** Number and hash of the block at which a rebuild of the indexes goes on; absent when none is under way. */
  reindexing: meta("reindexing"),
  receipts: (number: number) => prefixed(PREFIX.receipts, numberBytes(number)),
  transaction: (hash: Hash) => prefixed(PREFIX.transaction, fromHex(hash)),
  certificate: (number: number) => prefixed(PREFIX.certificate, numberBytes(number)),
  /** S(h), kept under the first height of its epoch. */
  validators: (firstHeight: number) => prefixed(PREFIX.validators, numberBytes(firstHeight)),
  /** The index of addresses but where it begins, in the order to delete it: what a length does not count is not there. */
  addressIndex: [PREFIX.appearances, PREFIX.appearance, PREFIX.creation].map((prefix) => ({
    from: Uint8Array.of(prefix),
    before: Uint8Array.of(prefix + 1),
  })),
  /** First height whose transactions are in the next three. */
  appearancesStart: meta("appearancesStart"),
  /** Place of a transaction that an address took part in, by its position in the address's list. */
  appearance: (address: Address, position: number) =>
    prefixed(PREFIX.appearance, Buffer.concat([fromHex(address), numberBytes(position)])),
  /** Length of that list. */
  appearances: (address: Address) => prefixed(PREFIX.appearances, fromHex(address)),
  /** Where a contract was made, and by whom. */
  creation: (contract: Address) => prefixed(PREFIX.creation, fromHex(contract)),
} as const;

export function numberBytes(value: number): Uint8Array {
  const bytes = new Uint8Array(NUMBER_BYTES);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}

export function readNumber(bytes: Uint8Array, offset = 0): number {
  return Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(offset));
}

function meta(name: string): Uint8Array {
  return prefixed(PREFIX.meta, Buffer.from(name, "utf8"));
}

function prefixed(prefix: number, key: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(1 + key.length);
  bytes[0] = prefix;
  bytes.set(key, 1);
  return bytes;
}
