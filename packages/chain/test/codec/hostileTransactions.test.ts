import assert from "node:assert/strict";
import { CausewayError } from "@causeway/protocol/errors";
import { decodeTransaction } from "../../src/codec/transaction.js";
import { wallet } from "../support/keys.js";
import { signed } from "../support/transactions.js";

const CASES = 4_000;

describe("bytes that are no transaction", () => {
  it("are refused by a rule, never by a fault of the decoder: that would be this node's own (H5)", async () => {
    const sound = await Promise.all([
      signed(wallet(1), { type: 0, gasPrice: 1n }),
      signed(wallet(1), {
        type: 1,
        gasPrice: 1n,
        accessList: [{ address: wallet(2).address, storageKeys: [] }],
      }),
      signed(wallet(1), { type: 2 }),
    ]);
    const next = numbers(1);
    let refused = 0;
    for (let i = 0; i < CASES; i++) {
      const bytes = spoiled(sound[i % sound.length] as Uint8Array, next);
      try {
        decodeTransaction(bytes);
      } catch (error) {
        assert.ok(error instanceof CausewayError, `${Buffer.from(bytes).toString("hex")}: ${error}`);
        refused += 1;
      }
    }
    assert.ok(refused > CASES / 4, `only ${refused} of ${CASES} were refused`);
  });
});

/** Some bytes changed, and at times cut, doubled or all of them random. */
function spoiled(sound: Uint8Array, next: () => number): Uint8Array {
  const at = next() % sound.length;
  const kind = next() % 6;
  if (kind === 0) return sound.slice(0, at);
  if (kind === 1) return Uint8Array.from([...sound, ...sound.slice(at)]);
  if (kind === 2) return Uint8Array.from({ length: next() % 80 }, () => next() % 256);
  const bytes = Uint8Array.from(sound);
  for (let n = 0; n <= next() % 3; n++) bytes[next() % bytes.length] = next() % 256;
  return bytes;
}

/** Numbers from a seed (xorshift). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}
