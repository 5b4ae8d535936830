import assert from "node:assert/strict";
import { RLP } from "@ethereumjs/rlp";
import { joinBlock, sliceBlock } from "../../src/codec/blockSlices.js";

describe("a block in slices", () => {
  it("is header and body, and the same block when joined, of any size and fork", () => {
    for (const bytes of [0, 20, 55, 56, 300, 70_000]) {
      for (const withdrawals of [[], [[]]]) {
        const [header, body] = [[new Uint8Array(bytes)], [[new Uint8Array(bytes)], [], ...withdrawals]];
        const block = RLP.encode([header, ...body]);
        const slices = sliceBlock(block);
        assert.deepEqual(Buffer.from(slices.header), Buffer.from(RLP.encode(header)));
        assert.deepEqual(Buffer.from(slices.body), Buffer.from(RLP.encode(body)));
        assert.deepEqual(Buffer.from(joinBlock(slices)), Buffer.from(block));
      }
    }
  });
});
