import { strict as assert } from "node:assert";
import { formatCursor, parseCursor } from "../../src/feed/cursor.js";

describe("feed cursor", () => {
  it("survives writing and reading", () => {
    const cursor = { epoch: "00ff00ff00ff00ff", seq: 12_345 };
    assert.deepEqual(parseCursor(formatCursor(cursor)), cursor);
  });

  for (const text of [
    "",
    "1",
    "00ff00ff00ff00ff",
    "00ff00ff00ff00ff.",
    "00ff00ff00ff00ff.01",
    "xx.1",
    "00ff00ff00ff00ff.-1",
    "00ff00ff00ff00ff.9007199254740993",
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.equal(parseCursor(text), null));
  }
});
