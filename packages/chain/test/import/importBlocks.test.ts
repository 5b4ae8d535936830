import assert from "node:assert/strict";
import { ZERO_HASH } from "@causeway/protocol/hex";
import { RLP } from "@ethereumjs/rlp";
import { chainError } from "../../src/chainError.js";
import { importBlocks } from "../../src/import/importBlocks.js";

/** As much of a block as its height is read from. */
const block = (number: Uint8Array | readonly Uint8Array[]) =>
  RLP.encode([[...Array.from({ length: 8 }, () => new Uint8Array()), number]] as Uint8Array[][]);

/** Import into a chain that refuses everything but the first `taken` blocks. */
async function refusedAt(blocks: readonly Uint8Array[], taken: number) {
  let imported = 0;
  const report = await importBlocks(
    (async function* () {
      yield* blocks;
    })(),
    {
      head: async () => ({ number: imported, hash: ZERO_HASH, stateRoot: ZERO_HASH }),
      import: async () => {
        if (imported === taken) throw chainError("H1.number", "is refused");
        imported++;
        return "imported";
      },
    },
  );
  return [report.number, report.error?.index, report.error?.number, report.error?.rule];
}

describe("importing blocks", () => {
  it("ends at the first that is refused and names it by its place and its height", async () => {
    const blocks = [1, 2, 700].map((n) => block(n < 256 ? Uint8Array.of(n) : Uint8Array.of(n >> 8, n & 255)));
    assert.deepEqual(await refusedAt(blocks, 2), [2, 2, 700, "H1.number"]);
    assert.deepEqual(await refusedAt(blocks, 0), [0, 0, 1, "H1.number"]);
    assert.deepEqual(await refusedAt(blocks, 3), [3, undefined, undefined, undefined]);
  });

  it("names no height that cannot be read: one too long for a number, a list, none", async () => {
    const odd = [block(new Uint8Array(7).fill(1)), block([]), RLP.encode([[]]), RLP.encode([])];
    for (const bytes of odd) assert.deepEqual(await refusedAt([bytes], 0), [0, 0, null, "H1.number"]);
    assert.deepEqual(await refusedAt([block(new Uint8Array(6).fill(1))], 0), [
      0,
      0,
      0x010101010101,
      "H1.number",
    ]);
  });
});
