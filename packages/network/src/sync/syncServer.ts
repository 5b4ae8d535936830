import type { CertifiedBlock } from "@causeway/protocol/certifiedBlock";
import {
  CERTIFICATE_BYTES_MAX,
  SYNC_REQUEST_BYTES_MAX,
  syncFrameBytesMax,
} from "@causeway/protocol/wire/frameLimits";
import { encodePool } from "@causeway/protocol/wire/poolCodec";
import {
  decodeSyncRequest,
  encodeBlockAnswer,
  encodeBlocks,
  type SyncRequest,
} from "@causeway/protocol/wire/syncCodec";
import type { Stream } from "@libp2p/interface";
import { NetworkError } from "../networkError.js";
import type { NetworkHandlers } from "../networkPort.js";
import { FrameReader } from "../streams/frameReader.js";
import { sendMessage } from "../streams/sendMessage.js";

export type SyncHandlers = Pick<NetworkHandlers, "readBlocks" | "readBlock" | "readPool">;

/**
 * Answer the one request of a sync stream.
 * @throws {WireError} when the request is malformed; {NetworkError} HostFailed when the host could not read, or as it says; the
 * signal's reason when the peer is too slow.
 */
export async function serveSync(
  stream: Stream,
  handlers: SyncHandlers,
  maxBlockBytes: number,
  signal: AbortSignal,
): Promise<void> {
  const bytes = await new FrameReader(stream, SYNC_REQUEST_BYTES_MAX).next(signal);
  if (bytes === null) return;
  const request = decodeSyncRequest(bytes);
  const answer = await answerTo(request, handlers, maxBlockBytes);
  signal.throwIfAborted();
  await sendMessage(stream, answer, signal);
  await stream.close({ signal });
}

async function answerTo(
  request: SyncRequest,
  handlers: SyncHandlers,
  maxBlockBytes: number,
): Promise<Uint8Array> {
  try {
    if (request.kind === "pool") return encodePool(handlers.readPool());
    if (request.kind === "block") return encodeBlockAnswer(await handlers.readBlock(request.hash));
    const blocks = await handlers.readBlocks(request.from, request.count);
    return encodeBlocks(fitting(blocks, maxBlockBytes));
  } catch (cause) {
    if (cause instanceof NetworkError) throw cause;
    throw new NetworkError(
      { code: "HostFailed" },
      `this node could not read what a peer asked for: ${cause}`,
      {
        cause,
      },
    );
  }
}

/** As many leading blocks as one frame holds. */
function fitting(blocks: readonly CertifiedBlock[], maxBlockBytes: number): CertifiedBlock[] {
  let room = syncFrameBytesMax(maxBlockBytes);
  const end = blocks.findIndex(({ block }) => {
    room -= block.bytes.length + CERTIFICATE_BYTES_MAX;
    return room < 0;
  });
  return blocks.slice(0, end === -1 ? blocks.length : end);
}
