import type { IncomingMessage } from "node:http";
import { GrowingBuffer } from "../growingBuffer.js";

/**
 * Read a body of at most `bytesMax`; null when it is larger. What is beyond is read and dropped, so that the client can
 * finish sending and see the answer. @throws when the client goes away.
 */
export function readBody(request: IncomingMessage, bytesMax: number): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const body = new GrowingBuffer();
    let tooLarge = Number(request.headers["content-length"] ?? 0) > bytesMax;
    if (tooLarge) resolve(null);
    request.on("data", (chunk: Buffer) => {
      if (tooLarge) return;
      tooLarge = body.length + chunk.length > bytesMax;
      if (!tooLarge) return body.append(chunk);
      body.clear();
      resolve(null);
    });
    request.once("end", () => resolve(body.take()));
    request.once("error", reject);
    request.once("close", () => reject(new Error("the client went away")));
  });
}
