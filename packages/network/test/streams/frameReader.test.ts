import assert from "node:assert/strict";
import { encodeFrame } from "@causeway/protocol/wire/frame";
import type { Stream } from "@libp2p/interface";
import { READ_AHEAD_BYTES } from "../../src/limits.js";
import { FrameReader } from "../../src/streams/frameReader.js";

/** As much of libp2p's stream as a reader uses. */
class ScriptedStream extends EventTarget {
  readonly status = "open";
  readonly readableEnded = false;
  readStatus: "readable" | "paused" = "readable";

  pause(): void {
    this.readStatus = "paused";
  }

  resume(): void {
    this.readStatus = "readable";
  }

  arrive(data: Uint8Array): void {
    this.dispatchEvent(Object.assign(new Event("message"), { data }));
  }
}

describe("FrameReader", () => {
  it("N2: reads ahead a bounded number of bytes, and on once its user has taken them", async () => {
    const stream = new ScriptedStream();
    const message = new Uint8Array(READ_AHEAD_BYTES / 2);
    const reader = new FrameReader(stream as unknown as Stream, READ_AHEAD_BYTES);
    for (const status of ["readable", "readable", "paused"]) {
      stream.arrive(encodeFrame(message));
      assert.equal(stream.readStatus, status);
    }
    for (let i = 0; i < 3; i++) {
      assert.equal(stream.readStatus, "paused");
      assert.equal((await reader.next())?.length, message.length);
    }
    const fourth = reader.next();
    assert.equal(stream.readStatus, "readable");
    stream.arrive(encodeFrame(Uint8Array.of(7)));
    assert.deepEqual(await fourth, Uint8Array.of(7));
    stream.arrive(encodeFrame(message));
    assert.equal(stream.readStatus, "readable", "what was taken no longer counts");
  });
});
