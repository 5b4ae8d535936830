import assert from "node:assert/strict";
import { RLP } from "@ethereumjs/rlp";
import { getBytes } from "ethers";
import fc from "fast-check";
import { type RlpItem, readRlp, readRlpList } from "../../src/wire/rlpItem.js";
import { assertOnlyCausewayErrors, assertThrowsCode } from "../support/assertCode.js";

type Nested = Uint8Array | Nested[];
const { nested } = fc.letrec<{ nested: Nested }>((tie) => ({
  nested: fc.oneof(
    { depthSize: "small" },
    fc.uint8Array({ maxLength: 70 }),
    fc.uint8Array({ maxLength: 1 }),
    fc.array(tie("nested"), { maxLength: 8 }),
  ),
}));

function toNested(item: RlpItem): Nested {
  return item.isList ? readRlpList(item, "item", 1_000).map(toNested) : Uint8Array.from(item.payload);
}

describe("readRlp", () => {
  it("reads what the general encoder wrote", () => {
    fc.assert(
      fc.property(nested, (value) => {
        const bytes = RLP.encode(value);
        const item = readRlp(bytes, "item");
        assert.deepEqual(toNested(item), value);
        assert.deepEqual(item.raw, bytes);
      }),
    );
  });

  it("reads lengths of one to four bytes", () => {
    for (const length of [0, 1, 55, 56, 255, 256, 65_535, 65_536, 1 << 20]) {
      const value = new Uint8Array(length).fill(0xaa);
      assert.equal(readRlp(RLP.encode(value), "item").payload.length, length);
    }
  });

  it("takes one encoding for each value: what it accepts, the encoder writes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 6 }), (bytes) => {
        let value: Nested;
        try {
          value = toNested(readRlp(bytes, "item"));
        } catch {
          return;
        }
        assert.deepEqual(RLP.encode(value), bytes);
      }),
      { numRuns: 5_000 },
    );
  });

  const malformed: Record<string, string> = {
    "no bytes": "0x",
    "a small byte behind a prefix": "0x8100",
    "a long length below 56": "0xb801aa",
    "a length with a leading zero": `0xb90038${"aa".repeat(56)}`,
    "fewer bytes than announced": "0x83aabb",
    "a length cut off": "0xb9",
    "a length of five bytes": "0xbc0000000100",
    "a list with fewer bytes than announced": "0xc3aa",
    "trailing bytes": "0xc000",
  };
  for (const [name, hex] of Object.entries(malformed)) {
    it(`WireMalformed: ${name}`, () => {
      assertThrowsCode(() => readRlp(getBytes(hex), "thing"), "WireMalformed", "thing");
    });
  }

  it("WireMalformed: more items than allowed, or no list", () => {
    const list = readRlp(RLP.encode([1, 2, 3]), "list");
    assert.equal(readRlpList(list, "list", 3).length, 3);
    assertThrowsCode(() => readRlpList(list, "list", 2), "WireMalformed", "list");
    assertThrowsCode(() => readRlpList(readRlp(RLP.encode(1), "list"), "list", 2), "WireMalformed", "list");
  });

  it("throws nothing but CausewayError on any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        assertOnlyCausewayErrors(() => readRlpList(readRlp(bytes, "item"), "item", 10));
      }),
      { numRuns: 1_000 },
    );
  });
});
