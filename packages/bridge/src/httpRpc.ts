import type { Hex } from "@causeway/protocol/hex";
import { BridgeError } from "./bridgeError.js";
import type { RpcReader } from "./rpcReader.js";

/** An answer takes at most this long, milliseconds. */
const ANSWER_TIMEOUT_MS = 20_000;
/** An answer is at most this long, bytes. */
const ANSWER_BYTES_MAX = 64 * 1024 * 1024;

/**
 * JSON-RPC over HTTP by `fetch`, one request per call: no batching, no cache, no polling.
 * @param options.signal gives up requests under way.
 * @throws {BridgeError} RpcUnreachable, RpcRefused or RpcMalformed, from `send`.
 */
export function httpRpc(
  url: string,
  options: { readonly timeoutMs?: number; readonly signal?: AbortSignal } = {},
): RpcReader {
  const { timeoutMs = ANSWER_TIMEOUT_MS } = options;
  let id = 0;
  return {
    async send(method, params) {
      id += 1;
      const body = JSON.stringify({ jsonrpc: "2.0", id, method, params });
      const text = await limited(timeoutMs, options.signal, (signal) => post(url, method, body, signal));
      return result(url, method, text);
    },
  };
}

/** AbortSignal.any would do, but keeps every signal it made alive as long as the longest-lived of its sources. */
async function limited<T>(
  timeoutMs: number,
  outer: AbortSignal | undefined,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const giveUp = () => controller.abort(outer?.reason);
  const timer = setTimeout(() => controller.abort(new Error(`time limit of ${timeoutMs} ms`)), timeoutMs);
  outer?.addEventListener("abort", giveUp);
  if (outer?.aborted) giveUp();
  try {
    return await run(controller.signal);
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener("abort", giveUp);
  }
}

async function post(url: string, method: string, body: string, signal: AbortSignal): Promise<string> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
      signal,
    });
    return await boundedText(response);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new BridgeError({ code: "RpcUnreachable", method }, `${url}: ${method}: no answer (${reason})`, {
      cause,
    });
  }
}

async function boundedText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  const reader = response.body?.getReader();
  for (let chunk = await reader?.read(); chunk?.value !== undefined; chunk = await reader?.read()) {
    bytes += chunk.value.byteLength;
    if (bytes > ANSWER_BYTES_MAX) {
      await reader?.cancel();
      throw new RangeError(`answer exceeds ${ANSWER_BYTES_MAX} bytes`);
    }
    text += decoder.decode(chunk.value, { stream: true });
  }
  return text + decoder.decode();
}

function result(url: string, method: string, text: string): unknown {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    throw new BridgeError({ code: "RpcMalformed", method, field: "body" }, `${url}: ${method}: not JSON`);
  }
  if (typeof answer !== "object" || answer === null) {
    throw new BridgeError(
      { code: "RpcMalformed", method, field: "body" },
      `${url}: ${method}: not an object`,
    );
  }
  if ("error" in answer && typeof answer.error === "object" && answer.error !== null) {
    throw refusal(url, method, answer.error as { code?: unknown; message?: unknown; data?: unknown });
  }
  if (!("result" in answer)) {
    throw new BridgeError({ code: "RpcMalformed", method, field: "result" }, `${url}: ${method}: no result`);
  }
  return answer.result;
}

function refusal(
  url: string,
  method: string,
  error: { code?: unknown; message?: unknown; data?: unknown },
): BridgeError {
  const rpcCode = typeof error.code === "number" ? error.code : 0;
  const data = typeof error.data === "string" && error.data.startsWith("0x") ? (error.data as Hex) : null;
  return new BridgeError(
    { code: "RpcRefused", method, rpcCode, data },
    `${url}: ${method}: ${String(error.message)} (${rpcCode})`,
  );
}
