import { encodeSyncRequest, type SyncRequest } from "@causeway/protocol/wire/syncCodec";
import type { Connection } from "@libp2p/interface";
import { asError } from "../asError.js";
import { SYNC_TIMEOUT_MS } from "../limits.js";
import { NetworkError } from "../networkError.js";
import { SYNC_PROTOCOL } from "../protocols.js";
import { FrameReader } from "../streams/frameReader.js";
import { isMalformed } from "../streams/isMalformed.js";
import { sendMessage } from "../streams/sendMessage.js";

/**
 * Ask one peer on a stream of its own.
 * @param signals end the request early: the caller's own, and the end of the peer's session.
 * @throws {NetworkError} RequestTimeout, RequestAborted, PeerLost or AnswerMalformed.
 */
export async function requestSync<T>(
  connection: Connection,
  request: SyncRequest,
  decode: (answer: Uint8Array) => T,
  maxAnswerBytes: number,
  signals: { readonly caller: AbortSignal | undefined; readonly session: AbortSignal },
): Promise<T> {
  const peer = connection.remotePeer.toString();
  const timeout = AbortSignal.timeout(SYNC_TIMEOUT_MS);
  const signal = AbortSignal.any([timeout, signals.session, ...(signals.caller ? [signals.caller] : [])]);
  try {
    return decode(await exchange(connection, encodeSyncRequest(request), maxAnswerBytes, signal));
  } catch (error) {
    if (isMalformed(error)) {
      throw new NetworkError(
        { code: "AnswerMalformed", peer, field: error.type.field },
        `peer ${peer} answered a request for ${describe(request)} with something else: ${error.message}`,
        { cause: error },
      );
    }
    if (signals.caller?.aborted) throw failed("RequestAborted", "was given up", error);
    if (timeout.aborted) throw failed("RequestTimeout", `had no answer in ${SYNC_TIMEOUT_MS} ms`, error);
    throw failed("PeerLost", "ended with the peer's stream", error);
  }

  function failed(code: "RequestAborted" | "RequestTimeout" | "PeerLost", what: string, cause: unknown) {
    return new NetworkError({ code, peer }, `request for ${describe(request)} to peer ${peer} ${what}`, {
      cause,
    });
  }
}

async function exchange(
  connection: Connection,
  request: Uint8Array,
  maxAnswerBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const stream = await connection.newStream(SYNC_PROTOCOL, { signal });
  try {
    const reader = new FrameReader(stream, maxAnswerBytes);
    await sendMessage(stream, request, signal);
    const answer = await reader.next(signal);
    if (answer === null) throw new Error("the stream ended without an answer");
    await stream.close({ signal });
    return answer;
  } catch (error) {
    stream.abort(asError(error));
    throw error;
  }
}

function describe(request: SyncRequest): string {
  switch (request.kind) {
    case "blocks":
      return `${request.count} blocks from ${request.from}`;
    case "block":
      return `block ${request.hash}`;
    case "pool":
      return "pooled transactions";
  }
}
