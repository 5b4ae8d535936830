import assert from "node:assert/strict";
import { AbiCoder, keccak256 } from "ethers";
import fc from "fast-check";
import { type Address, ZERO_ADDRESS } from "../src/hex.js";
import { isWellFormedSet, MAX_VALIDATORS, proposer, validatorSetHash } from "../src/validatorSet.js";
import { addresses } from "./support/arbitraries.js";

const sets = fc
  .uniqueArray(addresses, { minLength: 1, maxLength: MAX_VALIDATORS })
  .map((set) => set.filter((a) => a !== ZERO_ADDRESS).sort())
  .filter((set) => set.length > 0);
const address = (n: number): Address => `0x${n.toString(16).padStart(40, "0")}`;

describe("validator set", () => {
  it("V1: its hash is keccak256(abi.encode(address[]))", () => {
    fc.assert(
      fc.property(fc.array(addresses, { maxLength: MAX_VALIDATORS }), (set) => {
        assert.equal(
          validatorSetHash(set),
          keccak256(AbiCoder.defaultAbiCoder().encode(["address[]"], [set])),
        );
      }),
    );
  });

  it("V2: an ascending set within the bounds is well formed", () => {
    fc.assert(fc.property(sets, (set) => assert.equal(isWellFormedSet(set, set.length), true)));
  });

  it("V2: descending, twice, zero, too few, too many, or no addresses at all are not", () => {
    assert.equal(isWellFormedSet([address(2), address(1)], 1), false);
    assert.equal(isWellFormedSet([address(1), address(1)], 1), false);
    assert.equal(isWellFormedSet([ZERO_ADDRESS, address(1)], 1), false);
    assert.equal(isWellFormedSet([address(1)], 2), false);
    assert.equal(isWellFormedSet([], 1), false);
    const many = Array.from({ length: MAX_VALIDATORS + 1 }, (_, i) => address(i + 1));
    assert.equal(isWellFormedSet(many, 1), false);
    assert.equal(isWellFormedSet([`${address(1)}00`], 1), false);
  });

  it("C1: the first address greater than the parent's coinbase proposes, wrapping to 0", () => {
    const set = [address(10), address(20), address(30)];
    assert.equal(proposer(set, ZERO_ADDRESS, 0), address(10));
    assert.equal(proposer(set, address(10), 0), address(20));
    assert.equal(proposer(set, address(15), 0), address(20));
    assert.equal(proposer(set, address(30), 0), address(10));
    assert.equal(proposer(set, address(99), 0), address(10));
  });

  it("C1: n rounds in a row give every validator its turn, also near the highest round", () => {
    fc.assert(
      fc.property(sets, addresses, fc.constantFrom(0, 1, 0xffff_ff00), (set, coinbase, first) => {
        const turns = set.map((_, i) => proposer(set, coinbase, first + i));
        assert.deepEqual(turns.sort(), [...set]);
      }),
    );
  });
});
