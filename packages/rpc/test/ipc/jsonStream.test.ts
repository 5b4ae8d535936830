import assert from "node:assert/strict";
import fc from "fast-check";
import { JsonStream } from "../../src/ipc/jsonStream.js";
import { isNestedDeeper } from "../../src/server/jsonDepth.js";

const message = fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue()));
const spaces = fc.constantFrom("", " ", "\n", "\r\n\t");

/** Depth as a parser sees it. */
function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

describe("JsonStream", () => {
  const read = (bytes: Buffer, cuts: readonly number[], bytesMax = 1_000_000) => {
    const messages: string[] = [];
    const stream = new JsonStream(bytesMax, (text) => messages.push(text));
    const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
    let [fault, start] = [null as string | null, 0];
    for (const end of ends) {
      fault ??= stream.push(bytes.subarray(start, end));
      start = end;
    }
    return { messages, fault };
  };

  it("finds every message, however the bytes are cut", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(message, spaces), { maxLength: 6 }),
        fc.array(fc.nat(), { maxLength: 10 }),
        (items, cuts) => {
          const texts = items.map(([value]) => JSON.stringify(value));
          const bytes = Buffer.from(items.map(([, space], i) => texts[i] + space).join(""));
          assert.deepEqual(read(bytes, cuts), { messages: texts, fault: null });
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("reads rows of backslashes across chunks as a parser does", () => {
    for (let count = 0; count < 7; count++) {
      const text = JSON.stringify(["\\".repeat(count), "]"]);
      const bytes = Buffer.from(text);
      for (let cut = 0; cut <= bytes.length; cut++) {
        assert.deepEqual(read(bytes, [cut, cut + 1]).messages, [text], `${text} cut at ${cut}`);
      }
    }
  });

  it("says where no message can begin, and what is too large", () => {
    assert.deepEqual(read(Buffer.from("[1] x"), []), { messages: ["[1]"], fault: "not-json" });
    for (const text of ["1", '"a"', "}", "null", "\u00e9"]) {
      assert.equal(read(Buffer.from(text), []).fault, "not-json", text);
    }
    assert.deepEqual(read(Buffer.from("[123]"), [2], 5), { messages: ["[123]"], fault: null });
    assert.equal(read(Buffer.from("[1234]"), [2], 5).fault, "too-large");
    assert.equal(read(Buffer.from("[1234"), [2], 4).fault, "too-large");
  });
});

describe("isNestedDeeper", () => {
  it("agrees with the parsed value", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
        const depth = depthOf(value);
        const text = JSON.stringify(value).padEnd(100);
        assert.deepEqual([isNestedDeeper(text, depth), isNestedDeeper(text, depth - 1)], [false, depth > 0]);
      }),
      { numRuns: 2_000 },
    );
  });
});
