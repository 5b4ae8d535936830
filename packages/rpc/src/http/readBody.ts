import type { IncomingMessage } from "node:http";

/** Read a body of at most `bytesMax`; null when it is larger. @throws when the client goes away. */
export async function readBody(request: IncomingMessage, bytesMax: number): Promise<string | null> {
  const declared = Number(request.headers["content-length"] ?? 0);
  if (declared > bytesMax) return null;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > bytesMax) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
