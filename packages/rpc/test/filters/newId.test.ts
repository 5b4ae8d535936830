import assert from "node:assert/strict";
import { newId } from "../../src/filters/newId.js";

describe("newId", () => {
  it("is a quantity without leading zeros, and another each time", () => {
    const ids = Array.from({ length: 500 }, newId);
    for (const id of ids) assert.match(id, /^0x[1-9a-f][0-9a-f]{0,31}$/);
    assert.equal(new Set(ids).size, ids.length);
  });
});
