import type { Hex } from "@causeway/protocol/hex";
import { BridgeError } from "../bridgeError.js";
import type { RpcReader } from "./rpcReader.js";
import { withinTime } from "./withinTime.js";

/** An answer takes at most this long, milliseconds. */
const ANSWER_TIMEOUT_MS = 20_000;
/** HTTP statuses by which a node, or the proxy before it, says that it does not serve us now, whatever the body. */
const OVERLOADED: ReadonlySet<number> = new Set([429, 503]);
/** An answer is at most this long, bytes. */
const ANSWER_BYTES_MAX = 64 * 1024 * 1024;

/**
 * JSON-RPC over HTTP by `fetch`, one request per call: no batching, no cache, no polling.
 * @param options.signal gives up requests under way.
 * @throws {BridgeError} RpcUnreachable, AnswerTooLarge, RpcRefused or RpcMalformed, from `send`.
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
      const answer = await withinTime(timeoutMs, options.signal, (signal) => post(url, method, body, signal));
      return result(url, method, answer);
    },
  };
}

interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

async function post(url: string, method: string, body: string, signal: AbortSignal): Promise<HttpAnswer> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
      signal,
    });
    return { status: response.status, text: await boundedText(response, method) };
  } catch (cause) {
    if (cause instanceof BridgeError) throw cause;
    throw new BridgeError(
      { code: "RpcUnreachable", method },
      `${url}: ${method}: no answer (${reasonOf(cause)})`,
      { cause },
    );
  }
}

/** fetch says only "fetch failed"; its cause knows more, save in browsers and of several addresses that all failed. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  return cause.message || ("code" in cause ? String(cause.code) : error.message);
}

async function boundedText(response: Response, method: string): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  const reader = response.body?.getReader();
  for (let chunk = await reader?.read(); chunk?.value !== undefined; chunk = await reader?.read()) {
    bytes += chunk.value.byteLength;
    if (bytes > ANSWER_BYTES_MAX) {
      await reader?.cancel();
      throw new BridgeError(
        { code: "AnswerTooLarge", method },
        `${response.url}: ${method}: the answer exceeds ${ANSWER_BYTES_MAX} bytes`,
      );
    }
    text += decoder.decode(chunk.value, { stream: true });
  }
  return text + decoder.decode();
}

function result(url: string, method: string, { status, text }: HttpAnswer): unknown {
  const unusable = (field: string, what: string) =>
    isHttpFailure(status)
      ? new BridgeError({ code: "RpcUnreachable", method }, `${url}: ${method}: HTTP status ${status}`)
      : new BridgeError({ code: "RpcMalformed", method, field }, `${url}: ${method}: ${what}`);
  if (OVERLOADED.has(status)) throw unusable("body", "overloaded");
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    throw unusable("body", "not JSON");
  }
  if (typeof answer !== "object" || answer === null) throw unusable("body", "not an object");
  if ("error" in answer && typeof answer.error === "object" && answer.error !== null) {
    throw refusal(url, method, answer.error as { code?: unknown; message?: unknown; data?: unknown });
  }
  if (!("result" in answer)) throw unusable("result", "no result");
  return answer.result;
}

function isHttpFailure(status: number): boolean {
  return status >= 400;
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
