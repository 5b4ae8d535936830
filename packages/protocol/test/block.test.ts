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

  describe("bounds all of a block, so that no decoder behind it copies list after list (N2, H1)", () => {
    const NESTED = Array.from({ length: 50 }).reduce<RlpStructuredData>((inner) => [inner], []);
    const WITHDRAWAL = ["0x01", "0x02", ZERO_ADDRESS, "0x03"];
    const take = (ommers: RlpStructuredData[], withdrawals: RlpStructuredData[]) =>
      decodeBlock(getBytes(encodeRlp([header, [], ommers, withdrawals])));

    it("takes ommers and withdrawals of a real block's shape: the chain refuses them by their rules", () => {
      assert.equal(take([header, header], Array(16).fill(WITHDRAWAL)).height, 7);
    });

    const cases: readonly (readonly [string, string, RlpStructuredData[], RlpStructuredData[]])[] = [
      ["ommers, lists in lists", "header", [NESTED], []],
      [
        "an ommer with a list for a field",
        "mixHash",
        [[...header.slice(0, 13), [], ...header.slice(14)]],
        [],
      ],
      ["three ommers", "ommers", [header, header, header], []],
      ["an ommer that is bytes", "header", ["0x01"], []],
      ["withdrawals, lists in lists", "withdrawals", [], [NESTED]],
      ["17 withdrawals", "withdrawals", [], Array(17).fill(WITHDRAWAL)],
      ["a withdrawal of five fields", "withdrawals", [], [[...WITHDRAWAL, "0x"]]],
      ["a withdrawal of a long field", "withdrawals", [], [[`0x${"11".repeat(33)}`]]],
      ["a withdrawal that is bytes", "withdrawals", [], ["0x01"]],
    ];
    for (const [what, field, ommers, withdrawals] of cases) {
      it(`BlockMalformed: ${what}`, () => {
        assertThrowsCode(() => take(ommers, withdrawals), "BlockMalformed", field);
      });
    }

    for (const [i, field] of header.entries()) {
      it(`BlockMalformed: a list, even of its width, or too many bytes for header field ${i}`, () => {
        const list = Array((field.length - 2) / 2 || 1).fill("0x01");
        for (const value of [NESTED, list, `0x${"11".repeat(257)}`] as string[]) {
          const changed = header.with(i, value);
          assertThrowsCode(() => decodeBlock(encodeBlock(changed)), "BlockMalformed");
          assertThrowsCode(() => decodeBlockHeader(getBytes(encodeRlp(changed))), "BlockMalformed");
        }
      });
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
