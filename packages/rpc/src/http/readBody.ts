import type { IncomingMessage } from "node:http";
import { GrowingBuffer } from "../server/growingBuffer.js";
import type { Holding } from "../server/sharedBound.js";

/** A body this many times larger than allowed is not waited for: its client may lose the answer. */
const DRAIN_FACTOR = 4;

/** A body, or why it was not kept. */
export type ReadBody = { readonly text: string } | { readonly fault: "too-large" | "crowded" };

/**
 * Read a body of at most `bytesMax`, as long as `held` takes it. What is beyond is read and dropped, for a client that is
 * answered while it still sends may see its connection reset instead of the answer.
 * @throws when the client goes away.
 */
export function readBody(request: IncomingMessage, bytesMax: number, held: Holding): Promise<ReadBody> {
  return new Promise((resolve, reject) => {
    const body = new GrowingBuffer();
    const drainedMax = DRAIN_FACTOR * bytesMax;
    let length = 0;
    let crowded = false;
    request.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length <= bytesMax && !crowded) {
        crowded = !held.take(chunk.length);
        if (!crowded) return body.append(chunk);
      }
      body.clear();
      held.release();
      if (length > drainedMax) resolve({ fault: "too-large" });
    });
    request.once("end", () => {
      if (length > bytesMax) resolve({ fault: "too-large" });
      else resolve(crowded ? { fault: "crowded" } : { text: body.take() });
    });
    request.once("error", reject);
    request.once("close", () => reject(new Error("the client went away")));
    if (Number(request.headers["content-length"] ?? 0) > drainedMax) resolve({ fault: "too-large" });
  });
}
