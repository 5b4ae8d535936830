import assert from "node:assert/strict";
import type { Block } from "@causeway/protocol/block";
import { CheckedBodies } from "../../src/ingress/checkedBodies.js";
import { fakeBlock } from "../fakes/blocks.js";

const block = fakeBlock({ height: 1, bodyBytes: 10 });
/** The same hash over other bytes. */
const swapped: Block = { ...block, bytes: fakeBlock({ height: 1, bodyBytes: 11 }).bytes };
const copyOf = ({ bytes, ...rest }: Block): Block => ({ ...rest, bytes: bytes.slice() });

/** Only the bytes of `block` are sound. */
function setup() {
  const hashed: Block[] = [];
  const bodies = new CheckedBodies((looked) => {
    hashed.push(looked);
    return looked.bytes.length === block.bytes.length ? null : "H1.transactionsRoot";
  });
  return { bodies, hashed };
}

describe("CheckedBodies (N2, C16)", () => {
  it("hashes a sound body once, whoever brings it again", () => {
    const { bodies, hashed } = setup();
    assert.equal(bodies.fault(block), null);
    assert.equal(bodies.fault(copyOf(block)), null);
    assert.equal(hashed.length, 1);
  });

  it("refuses any other body under the hash of a sound one without hashing it", () => {
    const { bodies, hashed } = setup();
    bodies.fault(block);
    assert.equal(bodies.fault(swapped), "C16.body");
    assert.equal(bodies.fault(block), null);
    assert.equal(hashed.length, 1);
  });

  it("hashes a swapped body once, and still takes the real one after it", () => {
    const { bodies, hashed } = setup();
    assert.equal(bodies.fault(swapped), "H1.transactionsRoot");
    assert.equal(bodies.fault(copyOf(swapped)), "H1.transactionsRoot");
    assert.equal(hashed.length, 1);
    assert.equal(bodies.fault(block), null);
  });

  it("remembers a bounded number of blocks, the newest", () => {
    const { bodies, hashed } = setup();
    const others = Array.from({ length: 8 }, (_, i) => fakeBlock({ height: 1, salt: i + 1, bodyBytes: 10 }));
    bodies.fault(block);
    for (const other of others) bodies.fault(other);
    const looks = hashed.length;
    bodies.fault(others.at(-1) ?? block);
    assert.equal(hashed.length, looks);
    bodies.fault(block);
    assert.equal(hashed.length, looks + 1);
  });
});
