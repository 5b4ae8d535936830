import { encodeRlp, getBytes, toBeHex } from "ethers";
import fc from "fast-check";
import { type Block, decodeBlock } from "../../src/block.js";
import type { Certificate } from "../../src/certificate.js";
import type { Checkpoint } from "../../src/checkpoint.js";
import type { BlockVote, RoundChangePayload } from "../../src/consensusMessage.js";
import { type Address, type Hash, type Hex, toHex, ZERO_HASH } from "../../src/hex.js";

/** Records as source text makes them: with Object's prototype, which deep equality compares. */
export function records<T extends object>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record<T>(fields, { noNullPrototype: true });
}

const bytesOf = (length: number): fc.Arbitrary<Hex> =>
  fc.uint8Array({ minLength: length, maxLength: length }).map(toHex);

export const hashes: fc.Arbitrary<Hash> = fc.oneof(bytesOf(32), fc.constant(ZERO_HASH));
export const nonZeroHashes: fc.Arbitrary<Hash> = bytesOf(32).filter((hash) => hash !== ZERO_HASH);
export const addresses: fc.Arbitrary<Address> = bytesOf(20);
export const safeIntegers = fc.oneof(fc.nat(300), fc.maxSafeNat(), fc.constant(Number.MAX_SAFE_INTEGER));
export const rounds = fc.oneof(fc.nat(3), fc.integer({ min: 0, max: 0xffff_ffff }));

export const checkpoints: fc.Arbitrary<Checkpoint> = records({
  height: safeIntegers,
  round: rounds,
  timestamp: safeIntegers,
  blockHash: hashes,
  stateRoot: hashes,
  outboxRoot: hashes,
  outboxCount: safeIntegers,
  inboxAcc: hashes,
  inboxCount: safeIntegers,
  validatorSetHash: hashes,
  nextValidatorSetHash: hashes,
});

export const blockVotes: fc.Arbitrary<BlockVote> = records({
  height: safeIntegers,
  round: rounds,
  blockHash: hashes,
});

export const roundChanges: fc.Arbitrary<RoundChangePayload> = records({
  height: safeIntegers,
  round: rounds,
  prepared: fc.option(records({ round: rounds, blockHash: nonZeroHashes })),
});

/** Low s, v 27 or 28; whether it recovers to anybody is chance. */
export const seals: fc.Arbitrary<Hex> = fc
  .tuple(bytesOf(32), bytesOf(31), fc.constantFrom("1b", "1c"))
  .map(([r, s, v]) => `0x${r.slice(2)}00${s.slice(2)}${v}` as Hex);

export const certificates: fc.Arbitrary<Certificate> = fc
  .tuple(checkpoints, fc.uniqueArray(fc.nat(63), { maxLength: 64 }))
  .chain(([checkpoint, indices]) =>
    records({
      checkpoint: fc.constant(checkpoint),
      signers: fc.constant(indices.reduce((bits, i) => bits | (1n << BigInt(i)), 0n)),
      seals: fc.array(seals, { minLength: indices.length, maxLength: indices.length }),
    }),
  );

const quantity = (n: number | bigint) => (BigInt(n) === 0n ? "0x" : toBeHex(n));
const QUANTITY_MAX = 2 ** 48 - 1;

/** Blocks of the right shape, of which nothing else is valid. */
export const blocks: fc.Arbitrary<Block> = records({
  height: fc.integer({ min: 0, max: QUANTITY_MAX }),
  timestamp: fc.integer({ min: 0, max: QUANTITY_MAX }),
  coinbase: addresses,
  words: fc.array(hashes, { minLength: 8, maxLength: 8 }),
  transactions: fc.nat(3),
}).map(({ height, timestamp, coinbase, words, transactions }) =>
  decodeBlock(encodeBlock(blockHeader({ height, timestamp, coinbase, words }), transactions)),
);

/** Header fields in order, for tests that change one. */
export function blockHeader(fields: {
  readonly height: number;
  readonly timestamp: number;
  readonly coinbase: Address;
  readonly words: readonly Hash[];
}): (string | string[])[] {
  const word = (i: number) => fields.words[i] ?? ZERO_HASH;
  return [
    word(0),
    word(1),
    fields.coinbase,
    word(2),
    word(3),
    word(4),
    `0x${"00".repeat(256)}`,
    "0x",
    quantity(fields.height),
    quantity(30_000_000),
    "0x",
    quantity(fields.timestamp),
    word(5),
    ZERO_HASH,
    "0x0000000000000000",
    quantity(1_000_000_000),
    word(6),
    "0x",
    "0x",
    ZERO_HASH,
    word(7),
  ];
}

export function encodeBlock(header: (string | string[])[], transactions = 0): Uint8Array {
  const legacy = ["0x", "0x01", "0x5208", `0x${"11".repeat(20)}`, "0x01", "0x", "0x1b", "0x01", "0x01"];
  return getBytes(encodeRlp([header, Array.from({ length: transactions }, () => legacy), [], []]));
}
