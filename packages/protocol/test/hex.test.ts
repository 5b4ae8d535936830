import assert from "node:assert/strict";
import fc from "fast-check";
import { fromHex, type Hex, isHex, toHex } from "../src/hex.js";

describe("hex", () => {
  it("turns bytes to lower-case hex and back", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const hex = toHex(bytes);
        assert.equal(hex, `0x${Buffer.from(bytes).toString("hex")}`);
        assert.deepEqual(fromHex(hex), bytes);
      }),
    );
  });

  it("refuses what is no hex of whole bytes", () => {
    for (const bad of ["", "0x0", "00", "0xzz", "0x0g"]) assert.throws(() => fromHex(bad as Hex), TypeError);
  });

  it("knows lower-case hex of a length", () => {
    assert.equal(isHex("0x"), true);
    assert.equal(isHex("0xab", 1), true);
    assert.equal(isHex("0xab", 2), false);
    for (const bad of ["0xAB", "0xa", "ab", "0xab ", 171, null, undefined]) assert.equal(isHex(bad), false);
  });
});
