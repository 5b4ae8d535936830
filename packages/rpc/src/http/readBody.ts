import type { IncomingMessage } from "node:http";
import { GrowingBuffer } from "../growingBuffer.js";

/** A body this many times larger than allowed is not waited for: its client may lose the answer. */
const DRAIN_FACTOR = 4;

/**
 * Read a body of at most `bytesMax`; null when it is larger. What is beyond is read and dropped, for a client that is
 * answered while it still sends may see its connection reset instead of the answer.
 * @throws when the client goes away.
 */
export function readBody(request: IncomingMessage, bytesMax: number): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const body = new GrowingBuffer();
    const drainedMax = DRAIN_FACTOR * bytesMax;
    let length = 0;
    request.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length <= bytesMax) return body.append(chunk);
      body.clear();
      if (length > drainedMax) resolve(null);
    });
    request.once("end", () => resolve(length <= bytesMax ? body.take() : null));
    request.once("error", reject);
    request.once("close", () => reject(new Error("the client went away")));
    if (Number(request.headers["content-length"] ?? 0) > drainedMax) resolve(null);
  });
}
