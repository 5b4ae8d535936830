import type { IncomingMessage, ServerResponse } from "node:http";
import type { RpcLimits } from "../limits.js";
import { RPC_CODE } from "../rpcError.js";
import type { StatusPort } from "../statusPort.js";
import { health } from "./health.js";
import { isAllowedHost } from "./hostCheck.js";
import { isAllowedOrigin } from "./originCheck.js";
import { readBody } from "./readBody.js";

export interface HttpHandlerOptions {
  readonly answer: (text: string, signal: AbortSignal) => Promise<string | null>;
  readonly status: StatusPort;
  readonly limits: RpcLimits;
  readonly hosts: readonly string[];
  readonly origins: readonly string[];
}

const CONTENT_TYPES = ["application/json", "application/json-rpc", "application/jsonrequest"];
const CORS_MAX_AGE_SECONDS = 600;
const GREETING = "Causeway JSON-RPC: POST requests here, or open a websocket on the same address.\n";

/** Answers plain HTTP: JSON-RPC by POST, CORS, and health. */
export function httpHandler(options: HttpHandlerOptions) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    serve(options, request, response).catch(() => response.destroy());
  };
}

async function serve(
  options: HttpHandlerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!isAllowedHost(request.headers.host, options.hosts))
    return refuse(response, 403, "invalid host specified");
  setCors(options, request, response);
  const path = request.url?.split("?")[0];
  if (request.method === "OPTIONS") return send(response, 204, "text/plain", "");
  if (request.method === "GET" || request.method === "HEAD") return serveGet(options, path, response);
  if (request.method !== "POST") return refuse(response, 405, "method not allowed");
  if (path !== "/") return refuse(response, 404, `no such path: POST to /`);
  const type = request.headers["content-type"]?.split(";")[0]?.trim().toLowerCase() ?? "";
  if (!CONTENT_TYPES.includes(type)) {
    return refuse(response, 415, "invalid content type, only application/json is supported");
  }
  await serveRpc(options, request, response);
}

async function serveGet(
  { status }: HttpHandlerOptions,
  path: string | undefined,
  response: ServerResponse,
): Promise<void> {
  const report = await health(path, status);
  if (report !== null) send(response, report.ok ? 200 : 503, "application/json", JSON.stringify(report));
  else if (path === "/") send(response, 200, "text/plain", GREETING);
  else refuse(response, 404, "no such path: try /, /livez or /readyz");
}

async function serveRpc(
  { answer, limits }: HttpHandlerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const body = await readBody(request, limits.bodyBytesMax);
  if (body === null) {
    // The rest of the body is not read, so the connection cannot serve another request.
    response.setHeader("connection", "close");
    return refuse(response, 413, `content length too large: over ${limits.bodyBytesMax} bytes`);
  }
  send(response, 200, "application/json", (await answer(body, gone.signal)) ?? "");
}

function setCors({ origins }: HttpHandlerOptions, request: IncomingMessage, response: ServerResponse): void {
  const { origin } = request.headers;
  response.setHeader("vary", "Origin");
  if (origin === undefined || !isAllowedOrigin(origin, origins)) return;
  response.setHeader("access-control-allow-origin", origin);
  response.setHeader("access-control-allow-methods", "POST, GET");
  response.setHeader("access-control-allow-headers", "content-type");
  response.setHeader("access-control-max-age", CORS_MAX_AGE_SECONDS);
}

/** HTTP refusals carry a JSON-RPC body too: most clients show only that. */
function refuse(response: ServerResponse, status: number, message: string): void {
  const error = { code: RPC_CODE.invalidRequest, message };
  send(response, status, "application/json", JSON.stringify({ jsonrpc: "2.0", id: null, error }));
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(body) });
  response.end(body);
}
