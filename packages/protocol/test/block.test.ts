import assert from "node:assert/strict";
import { concat, encodeRlp, getBytes, keccak256, type RlpStructuredData, toBeHex } from "ethers";
import fc from "fast-check";
import { decodeBlock, decodeBlockHeader, headerBytes } from "../src/block.js";
import { ZERO_ADDRESS } from "../src/hex.js";
import { blockHeader, blocks, encodeBlock } from "./support/arbitraries.js";
import { assertOnlyCausewayErrors, assertThrowsCode } from "./support/assertCode.js";

const header = blockHeader({ height: 7, timestamp: 1_700_000_000, coinbase: ZERO_ADDRESS, words: [] });
const POSITION = { parentHash: 0, coinbase: 2, stateRoot: 3, number: 8, timestamp: 11, extraData: 12 };

function withField(field: keyof typeof POSITION, value: string | string[]): Uint8Array {
  return encodeBlock(header.with(POSITION[field], value));
}

describe("decodeBlock", () => {
  it("reads the fields consensus needs, and the hash is keccak256 of the header", () => {
    const block = decodeBlock(encodeBlock(header, 3));
    assert.equal(block.hash, keccak256(encodeRlp(header)));
    assert.equal(block.height, 7);
    assert.equal(block.timestamp, 1_700_000_000);
    assert.equal(block.coinbase, ZERO_ADDRESS);
    assert.equal(block.transactionCount, 3);
  });

  it("the header alone gives the same fields", () => {
    fc.assert(
      fc.property(blocks, ({ bytes, transactionCount: _count, ...expected }) => {
        assert.deepEqual(decodeBlockHeader(headerBytes(bytes)), expected);
      }),
    );
  });

  it("counts legacy and typed transactions", () => {
    const typed = concat(["0x02", encodeRlp(["0x01"])]);
    assert.equal(decodeBlock(getBytes(encodeRlp([header, [typed, ["0x"]], [], []]))).transactionCount, 2);
  });

  for (const field of ["parentHash", "stateRoot", "extraData", "coinbase"] as const) {
    it(`BlockMalformed: ${field} of another length, or a list`, () => {
      assertThrowsCode(() => decodeBlock(withField(field, `0x${"11".repeat(31)}`)), "BlockMalformed", field);
      assertThrowsCode(() => decodeBlock(withField(field, [])), "BlockMalformed", field);
    });
  }

  for (const field of ["number", "timestamp"] as const) {
    it(`BlockMalformed: ${field} not minimal, or too large`, () => {
      assertThrowsCode(() => decodeBlock(withField(field, "0x0001")), "BlockMalformed", field);
      assertThrowsCode(() => decodeBlock(withField(field, toBeHex(2 ** 48))), "BlockMalformed", field);
    });
  }

  it("BlockMalformed: parts or header fields missing or too many", () => {
    const cases = [
      [[header, [], []], "block"],
      [[header, [], [], [], []], "block"],
      [[header, "0x01", [], []], "block"],
      [[header.slice(1), [], [], []], "header"],
      [[[...header, "0x"], [], [], []], "header"],
    ] as const;
    for (const [parts, field] of cases) {
      assertThrowsCode(() => decodeBlock(getBytes(encodeRlp(parts as never))), "BlockMalformed", field);
    }
  });

  it("BlockMalformed: trailing bytes", () => {
    const bytes = getBytes(concat([encodeBlock(header), "0x00"]));
    assertThrowsCode(() => decodeBlock(bytes), "BlockMalformed", "block");
  });

  it("BlockMalformed: a transaction of endless nesting, which would exhaust a general decoder", () => {
    const nested = Array.from({ length: 50 }).reduce<RlpStructuredData>((inner) => [inner], []);
    for (const transaction of [concat(["0x02", encodeRlp(nested)]), nested]) {
      const bytes = getBytes(encodeRlp([header, [transaction], [], []]));
      assertThrowsCode(() => decodeBlock(bytes), "BlockMalformed", "transactions");
    }
  });

  it("throws nothing but CausewayError on any bytes or any damage", () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => assertOnlyCausewayErrors(() => decodeBlock(bytes))));
    fc.assert(
      fc.property(blocks, fc.nat(), fc.nat(255), ({ bytes }, position, value) => {
        const damaged = bytes.with(position % bytes.length, value);
        assertOnlyCausewayErrors(() => decodeBlock(damaged));
      }),
    );
  });
});
