import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { limitText } from "../limitFlags.js";
import { RPC_CODE } from "../rpcError.js";
import type { AnswerMessage, ConnectionServices } from "../server/rpcConnection.js";
import { type Access, type Refusal, refusalOf } from "./access.js";
import { clientOf } from "./clientOf.js";
import type { ConnectionLimit } from "./connectionLimit.js";
import type { HealthReport } from "./health.js";
import { isAllowedOrigin } from "./originCheck.js";
import { readBody } from "./readBody.js";
import { requestTarget } from "./requestTarget.js";

export interface HttpHandlerOptions extends Access, ConnectionServices {
  readonly answer: AnswerMessage;
  /** What a health path answers; null for other paths. */
  readonly health: (path: string) => Promise<HealthReport | null>;
  readonly connections: ConnectionLimit;
}

const CONTENT_TYPES = ["application/json", "application/json-rpc", "application/jsonrequest"];
const CORS_MAX_AGE_SECONDS = 600;
const GREETING = "Causeway JSON-RPC: POST requests here, or open a websocket on the same address.\n";

/** Answers plain HTTP: JSON-RPC by POST, CORS, and health. */
export class HttpHandler {
  /** Requests in work by connection: a client may send the next ones before the first is answered. */
  private readonly inWork = new WeakMap<Socket, number>();
  private readonly waiting = new WeakMap<Socket, () => void>();
  /** Answers to clients who send their body only when they are told to. */
  private readonly expectant = new WeakSet<ServerResponse>();

  constructor(private readonly options: HttpHandlerOptions) {}

  /** Handler of node:http's "request". */
  readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    const { socket } = request;
    const before = this.inWork.get(socket) ?? 0;
    this.inWork.set(socket, before + 1);
    response.once("close", () => this.onAnswered(socket));
    // Of refusals too: a page is told why only by an answer that it may read.
    this.setCors(request, response);
    const refusal = this.crowded(socket, before) ?? refusalOf(request, this.options);
    if (refusal !== null) this.refuse(response, refusal);
    else this.serve(request, response).catch(() => response.destroy());
  };

  /** Handler of node:http's "checkContinue": who would be refused anyhow is not asked for the body. */
  readonly handleExpectant = (request: IncomingMessage, response: ServerResponse): void => {
    this.expectant.add(response);
    this.handle(request, response);
  };

  /** Run it once what was asked on the connection before is answered: answers go out in order. */
  afterAnswers(socket: Socket, next: () => void): void {
    if ((this.inWork.get(socket) ?? 0) > 0) {
      this.waiting.set(socket, next);
      socket.once("error", () => socket.destroy());
    } else next();
  }

  private onAnswered(socket: Socket): void {
    const left = (this.inWork.get(socket) ?? 1) - 1;
    this.inWork.set(socket, left);
    const next = this.waiting.get(socket);
    if (left > 0 || next === undefined) return;
    this.waiting.delete(socket);
    if (!socket.destroyed) next();
  }

  private crowded(socket: Socket, requestsInWork: number): Refusal | null {
    const { connections, limits } = this.options;
    if (connections.isSurplus(socket)) return { status: 503, message: connections.message };
    if (requestsInWork < limits.messagesInFlightMax) return null;
    const bound = `the limit is ${limits.messagesInFlightMax} (rpc.limits.messagesInFlightMax)`;
    return { status: 429, message: `too many requests at one time on one connection, ${bound}` };
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { path } = requestTarget(request);
    if (request.method === "OPTIONS") return this.send(response, 204, "text/plain", "");
    if (request.method === "GET" || request.method === "HEAD") return this.serveGet(path, response);
    if (request.method !== "POST")
      return this.refuse(response, { status: 405, message: "method not allowed" });
    if (path !== "/") return this.refuse(response, { status: 404, message: "no such path: POST to /" });
    const type = request.headers["content-type"]?.split(";")[0]?.trim().toLowerCase() ?? "";
    if (!CONTENT_TYPES.includes(type)) {
      const message = "invalid content type, only application/json is supported";
      return this.refuse(response, { status: 415, message });
    }
    await this.serveRpc(request, response);
  }

  private async serveGet(path: string, response: ServerResponse): Promise<void> {
    const report = await this.options.health(path);
    if (report !== null) {
      this.send(response, report.ok ? 200 : 503, "application/json", JSON.stringify(report));
    } else if (path === "/") this.send(response, 200, "text/plain", GREETING);
    else this.refuse(response, { status: 404, message: "no such path: try /, /livez or /readyz" });
  }

  private async serveRpc(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { answer, limits, incoming } = this.options;
    const tooLarge = `content length too large: ${limitText(limits, "bodyBytesMax")}`;
    if (this.expectant.has(response)) {
      if (Number(request.headers["content-length"] ?? 0) > limits.bodyBytesMax) {
        return this.refuse(response, { status: 413, message: tooLarge });
      }
      this.expectant.delete(response);
      response.writeContinue();
    }
    const gone = new AbortController();
    const held = incoming.open();
    response.once("close", () => {
      gone.abort();
      held.release();
    });
    const client = clientOf(request.socket);
    const body = await readBody(request, limits.bodyBytesMax, held);
    if ("text" in body) {
      const text = await answer(body.text, null, gone.signal, client);
      return this.send(response, 200, "application/json", text ?? "");
    }
    if (body.fault === "crowded") return this.refuse(response, { status: 503, message: incoming.message });
    this.refuse(response, { status: 413, message: tooLarge });
  }

  private setCors({ headers: { origin } }: IncomingMessage, response: ServerResponse): void {
    response.setHeader("vary", "Origin");
    if (origin === undefined || !isAllowedOrigin(origin, this.options.origins)) return;
    response.setHeader("access-control-allow-origin", origin);
    response.setHeader("access-control-allow-methods", "POST, GET");
    // As geth. A wildcard does not include authorization, which is named.
    response.setHeader("access-control-allow-headers", "*, authorization");
    response.setHeader("access-control-max-age", CORS_MAX_AGE_SECONDS);
  }

  /** HTTP refusals carry a JSON-RPC body too: most clients show only that. */
  private refuse(response: ServerResponse, { status, message }: Refusal): void {
    // Whoever is not let in has to begin anew, and so has who may send the body that was not asked for.
    if (status === 503 || status === 401 || this.expectant.has(response))
      response.setHeader("connection", "close");
    const error = { code: RPC_CODE.invalidRequest, message };
    this.send(response, status, "application/json", JSON.stringify({ jsonrpc: "2.0", id: null, error }));
  }

  private send(response: ServerResponse, status: number, type: string, body: string): void {
    if (response.destroyed) return;
    const { outgoing } = this.options;
    const bytes = Buffer.byteLength(body);
    const reader = { cut: () => response.destroy() };
    response.once("close", () => outgoing.sent(reader, bytes));
    response.writeHead(status, { "content-type": type, "content-length": bytes });
    response.end(body);
    outgoing.add(reader, bytes);
  }
}
