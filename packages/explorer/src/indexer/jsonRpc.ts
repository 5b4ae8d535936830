import { setMaxListeners } from "node:events";
import { withinTime } from "@causeway/bridge/rpc/withinTime";
import { CausewayError } from "@causeway/protocol/errors";

export type RpcError = CausewayError<
  /** No usable answer: try again. */
  | { code: "RpcUnreachable"; url: string }
  /** The node answered with an error. */
  | { code: "RpcRefused"; method: string; rpcCode: number }
>;

export interface RpcCall {
  readonly method: string;
  readonly params: readonly unknown[];
}

/** Plain JSON-RPC 2.0 over HTTP: results come back undecoded. */
export interface JsonRpc {
  readonly url: string;
  /** @throws {RpcError} */
  call(method: string, params: readonly unknown[]): Promise<unknown>;
  /** One HTTP request; results in the order of `calls`. @throws {RpcError} for the first call that failed. */
  batch(calls: readonly RpcCall[]): Promise<unknown[]>;
}

const TIMEOUT_MS = 20_000;
/** An 8 MiB block in hex with its receipts stays below this. */
const RESPONSE_BYTES_MAX = 128 * 1024 * 1024;
const METHOD_NOT_FOUND = -32601;

export function openJsonRpc(url: string, signal: AbortSignal): JsonRpc {
  // One listener for each request under way, however many that are.
  setMaxListeners(0, signal);
  const post = async (calls: readonly RpcCall[]): Promise<unknown[]> => {
    const body = calls.map((call, id) => ({ jsonrpc: "2.0", id, ...call }));
    const answers = await exchange(url, JSON.stringify(body), signal);
    if (!Array.isArray(answers)) throw unreachable(url, "the answer to a batch is no array");
    const byId = new Map(answers.map((answer) => [idOf(answer), answer]));
    return calls.map((call, id) => resultOf(byId.get(id), call, url));
  };
  return {
    url,
    call: async (method, params) => (await post([{ method, params }]))[0],
    batch: post,
  };
}

function exchange(url: string, body: string, signal: AbortSignal): Promise<unknown> {
  return withinTime(TIMEOUT_MS, signal, (limited) => send(url, body, limited));
}

async function send(url: string, body: string, signal: AbortSignal): Promise<unknown> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
      signal,
    });
    if (!response.ok) throw unreachable(url, `HTTP status ${response.status}`);
    return JSON.parse(await boundedText(response, url));
  } catch (error) {
    if (error instanceof CausewayError) throw error;
    throw unreachable(url, reasonOf(error), error);
  }
}

/** fetch says only "fetch failed"; its cause knows more. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message} (${cause.message})` : message;
}

async function boundedText(response: Response, url: string): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += (chunk as Uint8Array).length;
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (bytes > RESPONSE_BYTES_MAX) throw unreachable(url, `answer over ${RESPONSE_BYTES_MAX} bytes`);
  }
  return text + decoder.decode();
}

function idOf(answer: unknown): unknown {
  return typeof answer === "object" && answer !== null && "id" in answer ? answer.id : undefined;
}

function resultOf(answer: unknown, call: RpcCall, url: string): unknown {
  if (typeof answer !== "object" || answer === null) throw unreachable(url, `no answer to ${call.method}`);
  if ("result" in answer) return answer.result;
  const { code, message } = "error" in answer ? (answer.error as { code?: unknown; message?: unknown }) : {};
  throw new CausewayError(
    { code: "RpcRefused", method: call.method, rpcCode: typeof code === "number" ? code : 0 },
    `${call.method} at ${url}: ${String(message ?? "malformed answer")}`,
  );
}

function unreachable(url: string, reason: string, cause?: unknown): RpcError {
  return new CausewayError({ code: "RpcUnreachable", url }, `node at ${url}: ${reason}`, { cause });
}

/** Whether `error` says that the node does not know the method. */
export function isMethodNotFound(error: unknown): boolean {
  return (
    error instanceof CausewayError &&
    error.type.code === "RpcRefused" &&
    error.type.rpcCode === METHOD_NOT_FOUND
  );
}

/** Whether the node answered, with an error. */
export function isRefused(error: unknown): boolean {
  return error instanceof CausewayError && error.type.code === "RpcRefused";
}
