import assert from "node:assert/strict";
import { crc32 } from "node:zlib";
import { concat, getBytes, toBeHex } from "ethers";
import { acceptsForkId, activations, forkId } from "../src/forkId.js";
import type { Hash } from "../src/hex.js";
import type { ValidatorOverride } from "../src/validatorOverride.js";

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

  it("takes in overrides with what they say (V6), upgrades by height", () => {
    const override = (last: string) => ({
      height: 10,
      parentHash: genesisHash,
      validators: [`0x${last.repeat(20)}` as const],
    });
    const of = (...list: ValidatorOverride[]) =>
      activations({
        upgrades: [{ name: "next", height: 20 }],
        override: list.map((each) => ({ ...each, validators: [...each.validators] })),
      });
    const at = (head: number, ...list: ValidatorOverride[]) => forkId(genesisHash, of(...list), head);
    assert.deepEqual(at(9, override("aa")), at(9, override("bb")));
    assert.equal(at(9, override("aa")).next, 10);
    assert.equal(at(10, override("aa")).next, 20);
    assert.notEqual(at(10, override("aa")).hash, at(10, override("bb")).hash);
    assert.notEqual(at(10, override("aa")).hash, forkId(genesisHash, [10, 20], 10).hash);
    const accepts = (remote: string, head: number) =>
      acceptsForkId(genesisHash, of(override("aa")), head, at(head, override(remote)));
    assert(accepts("aa", 9) && accepts("aa", 10));
    assert(!accepts("bb", 10), "two overrides at one height are two chains");
    assert(!acceptsForkId(genesisHash, of(override("aa")), 12, forkId(genesisHash, [20], 9)), "without it");
  });

  describe("acceptsForkId (EIP-2124)", () => {
    const UPGRADES = [10, 20];
    const at = (head: number, activations = UPGRADES) => forkId(genesisHash, activations, head);
    const accepts = (head: number, remote: { hash: `0x${string}`; next: number }) =>
      acceptsForkId(genesisHash, UPGRADES, head, remote);

    it("accepts a peer anywhere on the same activations: behind, beside or ahead", () => {
      for (const own of [0, 9, 10, 15, 20, 99])
        for (const peer of [0, 9, 10, 15, 20, 99]) assert(accepts(own, at(peer)), `${own}, ${peer}`);
    });

    it("accepts a peer that does not know of an upgrade nobody has reached, and one that knows of another to come", () => {
      assert(accepts(5, at(5, [])));
      assert(accepts(25, at(25, [10, 20, 30])));
    });

    it("refuses a peer that missed an upgrade, took another, or whose upgrade this node missed", () => {
      assert(!accepts(15, at(15, [])), "missed one");
      assert(!accepts(15, at(9, [12])), "would take another");
      for (const next of [19, 20])
        assert(!accepts(20, { ...at(20), next }), "took another that this node did not");
      assert(!accepts(15, at(15, [12])), "took another");
      assert(!accepts(35, at(25, [10, 20, 30])), "this node is past an upgrade it does not know");
    });
  });
});
