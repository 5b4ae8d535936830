import assert from "node:assert/strict";
import { crc32 } from "node:zlib";
import { concat, getBytes, toBeHex } from "ethers";
import { forkId } from "../src/forkId.js";
import type { Hash } from "../src/hex.js";

const genesisHash: Hash = `0x${"ab".repeat(32)}`;

/** Node's own CRC-32 (missing from the oldest supported version, then the known value must do). */
const checksum = (parts: string[]): string =>
  typeof crc32 === "function" ? toBeHex(crc32(getBytes(concat(parts))), 4) : "";

describe("fork id (H8, X8)", () => {
  it("is the CRC-32 of the genesis hash before any activation", () => {
    const { hash, next } = forkId(genesisHash, [], 0);
    assert.equal(hash.length, 10);
    assert.equal(next, 0);
    if (checksum([]) !== "") assert.equal(hash, checksum([genesisHash]));
  });

  it("takes in past activations in order, each once, and names the next", () => {
    const at = (head: number) => forkId(genesisHash, [20, 10, 10], head);
    assert.equal(at(9).next, 10);
    assert.equal(at(10).next, 20);
    assert.equal(at(20).next, 0);
    assert.equal(new Set([9, 10, 20].map((head) => at(head).hash)).size, 3);
    assert.deepEqual(at(20), forkId(genesisHash, [10, 20], 99));
    if (checksum([]) !== "") assert.equal(at(10).hash, checksum([genesisHash, toBeHex(10, 8)]));
  });

  it("differs for another genesis", () => {
    assert.notEqual(forkId(genesisHash, [], 0).hash, forkId(`0x${"ac".repeat(32)}`, [], 0).hash);
  });
});
