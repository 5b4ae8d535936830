import assert from "node:assert/strict";
import fc from "fast-check";
import { encodeFrame, FrameDecoder } from "../../src/wire/frame.js";
import { assertOnlyCausewayErrors, assertThrowsCode } from "../support/assertCode.js";

const MAX = 100_000;
const messages = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 6 });

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

describe("frames (X8)", () => {
  it("come out as they went in, however the stream is cut", () => {
    fc.assert(
      fc.property(messages, fc.array(fc.integer({ min: 1, max: 200 })), (sent, cuts) => {
        const stream = concat(sent.map(encodeFrame));
        const decoder = new FrameDecoder(MAX);
        const received: Uint8Array[] = [];
        let offset = 0;
        for (const cut of [...cuts, stream.length]) {
          received.push(...decoder.push(stream.subarray(offset, offset + cut)));
          offset += cut;
        }
        assert.deepEqual(received, sent);
      }),
    );
  });

  it("the prefix is an unsigned varint", () => {
    assert.deepEqual(encodeFrame(Uint8Array.of(7)), Uint8Array.of(1, 7));
    assert.deepEqual(encodeFrame(new Uint8Array(300)).subarray(0, 2), Uint8Array.of(0xac, 0x02));
    assert.equal(encodeFrame(new Uint8Array(1 << 21)).length, (1 << 21) + 4);
  });

  it("the largest frame passes, one byte more is refused by its prefix alone", () => {
    const decoder = new FrameDecoder(300);
    assert.equal(decoder.push(encodeFrame(new Uint8Array(300))).length, 1);
    const prefix = encodeFrame(new Uint8Array(301)).subarray(0, 2);
    assertThrowsCode(() => decoder.push(prefix), "WireMalformed", "frame");
  });

  it("WireMalformed: empty frames, padded and endless lengths", () => {
    const cases = [
      [0x00],
      [0x81, 0x00],
      [0x80, 0x80, 0x80, 0x80, 0x80],
      [0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
    ];
    for (const bytes of cases) {
      const decoder = new FrameDecoder(MAX);
      assertThrowsCode(() => decoder.push(Uint8Array.from(bytes)), "WireMalformed", "frame");
    }
  });

  it("throws nothing but CausewayError on any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        assertOnlyCausewayErrors(() => new FrameDecoder(MAX).push(bytes));
      }),
    );
  });
});
