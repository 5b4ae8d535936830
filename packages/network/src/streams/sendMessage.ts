import { encodeFrame } from "@causeway/protocol/wire/frame";
import type { Stream } from "@libp2p/interface";

/** Write one message and wait until the stream takes more, so that never more than one waits inside it. */
export async function sendMessage(stream: Stream, message: Uint8Array, signal: AbortSignal): Promise<void> {
  if (!stream.send(encodeFrame(message))) await stream.onDrain({ signal });
}
