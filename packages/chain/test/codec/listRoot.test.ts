import assert from "node:assert/strict";
import { MerklePatriciaTrie } from "@ethereumjs/mpt";
import { RLP } from "@ethereumjs/rlp";
import fc from "fast-check";
import { EMPTY_ROOT } from "../../src/codec/header.js";
import { toHex } from "../../src/codec/hex.js";
import { listRoot } from "../../src/codec/listRoot.js";

/** Counts at which keys become longer, paths share more, and branches fill up. */
const COUNTS = [1, 2, 3, 15, 16, 17, 127, 128, 129, 130, 255, 256, 257, 513];
/** Short values make nodes that stand in their parents. */
const VALUE_BYTES = [1, 4, 28, 33, 200];

async function libraryRoot(items: readonly Uint8Array[]): Promise<string> {
  const trie = new MerklePatriciaTrie();
  for (const [i, item] of items.entries()) await trie.put(RLP.encode(i), item);
  return toHex(trie.root());
}

describe("listRoot (H1)", () => {
  it("is the empty trie's of nothing", () => {
    assert.equal(listRoot([]), EMPTY_ROOT);
  });

  for (const count of COUNTS) {
    it(`is the library's of ${count} items of equal and of all lengths`, async () => {
      for (const length of VALUE_BYTES) {
        const items = Array.from({ length: count }, (_, i) => new Uint8Array(length).fill(1 + (i % 255)));
        assert.equal(listRoot(items), await libraryRoot(items));
      }
      const mixed = Array.from({ length: count }, (_, i) => new Uint8Array(1 + ((i * 7) % 60)).fill(i || 1));
      assert.equal(listRoot(mixed), await libraryRoot(mixed));
    });
  }

  it("is the library's of any items", async () => {
    const lists = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(lists, async (items) => assert.equal(listRoot(items), await libraryRoot(items))),
    );
  });
});
