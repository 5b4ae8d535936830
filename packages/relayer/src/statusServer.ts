import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { CausewayError } from "@causeway/protocol/errors";
import type { Logger } from "pino";
import type { RelayerMetrics } from "./relayerMetrics.js";
import type { RelayerStatus } from "./relayerStatus.js";

export type StatusServerError = CausewayError<{ code: "PortTaken"; port: number }>;

/** Status as JSON at `/status`, Prometheus metrics at `/metrics`, 200 or 503 at `/healthz`. Read-only. */
export class StatusServer {
  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  /**
   * @param port 0 takes a free one.
   * @throws {StatusServerError} PortTaken.
   */
  static async listen(
    host: string,
    port: number,
    status: () => RelayerStatus,
    metrics: RelayerMetrics,
    logger: Pick<Logger, "error">,
  ): Promise<StatusServer> {
    const server = createServer((request, response) => {
      answer(request, response, status(), metrics).catch((err: unknown) => {
        logger.error({ err, url: request.url }, "status could not be served");
        response.writeHead(500).end();
      });
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", (cause) => reject(portTaken(host, port, cause)));
      server.listen(port, host, resolve);
    });
    const bound = (server.address() as AddressInfo).port;
    return new StatusServer(server, `http://${host}:${bound}`);
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => {
      this.server.close(() => resolve());
    });
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  status: RelayerStatus,
  metrics: RelayerMetrics,
): Promise<void> {
  if (request.method !== "GET") return void response.writeHead(405).end();
  switch (request.url) {
    case "/":
    case "/status":
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(status));
      return;
    case "/metrics": {
      const { contentType, text } = await metrics.page(status);
      response.writeHead(200, { "content-type": contentType }).end(text);
      return;
    }
    case "/healthz":
      response.writeHead(status.ok ? 200 : 503).end();
      return;
    default:
      response.writeHead(404).end();
  }
}

function portTaken(host: string, port: number, cause: Error): Error {
  return new CausewayError(
    { code: "PortTaken", port },
    `relayer status: cannot listen on ${host}:${port} (statusPort): ${cause.message}`,
    { cause },
  );
}
