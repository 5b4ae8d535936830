import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Evidence } from "@causeway/consensus/evidence";
import { CausewayError } from "@causeway/protocol/errors";
import { listenFault } from "@causeway/rpc/http/listenFault";
import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** What the gauges read when somebody asks. */
export interface MetricsSource {
  height(): number;
  round(): number;
  peers(): number;
  executedBlocks(): number;
  poolPending(): number;
  queueLength(): number;
  heldVotes(): number;
  halted(): boolean;
}

const EVIDENCE_KINDS = Object.keys({
  "double-proposal": true,
  "double-prepare": true,
  "double-commit": true,
  "double-round-change": true,
  "forgotten-commit": true,
} satisfies Record<Evidence["kind"], true>);

/** Upper bounds in seconds of the time from the first sight of a proposal to its certificate. */
const FINALITY_BUCKETS_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32];

/** The node's metrics in its own registry, so that several nodes can live in one process. */
export class NodeMetrics {
  readonly registry = new Registry();
  readonly refused: Counter<"rule">;
  readonly evidence: Counter<"kind">;
  readonly droppedMessages: Counter;
  readonly finalizedBlocks: Counter;
  readonly finalitySeconds: Histogram;

  constructor(name: string, source: MetricsSource) {
    this.registry.setDefaultLabels({ node: name });
    const registers = [this.registry];
    const gauge = (metric: string, help: string, read: () => number) =>
      new Gauge({
        name: `causeway_${metric}`,
        help,
        registers,
        collect() {
          this.set(read());
        },
      });
    gauge("height", "Height of the newest finalized block", source.height);
    gauge("round", "Consensus round of the height being decided", source.round);
    gauge("peers", "Connected peers", source.peers);
    gauge("executed_blocks", "Blocks executed since start", source.executedBlocks);
    gauge("pool_pending", "Executable transactions in the pool", source.poolPending);
    gauge("host_queue_length", "Inputs waiting for the consensus core", source.queueLength);
    gauge("held_votes", "Votes and early messages that the consensus core holds (C12)", source.heldVotes);
    gauge("halted", "1 after a safety stop (F2)", () => (source.halted() ? 1 : 0));
    this.refused = new Counter({
      name: "refused_total",
      help: "Refusals by rule and field (X9)",
      labelNames: ["rule"],
      registers,
    });
    this.evidence = new Counter({
      name: "causeway_evidence_total",
      help: "Contradictions of single validators found since start, by kind (C15)",
      labelNames: ["kind"],
      registers,
    });
    // From zero on: Prometheus sees no increase in a series that begins at one.
    for (const kind of EVIDENCE_KINDS) this.evidence.inc({ kind }, 0);
    this.droppedMessages = new Counter({
      name: "causeway_dropped_messages_total",
      help: "Peer messages dropped from the full host queue",
      registers,
    });
    this.finalizedBlocks = new Counter({
      name: "causeway_finalized_blocks_total",
      help: "Blocks finalized since start, synced ones included",
      registers,
    });
    this.finalitySeconds = new Histogram({
      name: "causeway_finality_seconds",
      help: "Time from the first sight of a height's proposal to its certificate",
      buckets: FINALITY_BUCKETS_SECONDS,
      registers,
    });
  }
}

export interface MetricsServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Serve metrics in the Prometheus text format on /metrics.
 * @param read their text, whenever somebody asks.
 * @param onFailure told of a read that failed; who asked gets a 500.
 * @throws CausewayError "ListenFailed".
 */
export async function serveMetrics(
  read: () => Promise<string>,
  host: string,
  port: number,
  onFailure: (error: unknown) => void,
): Promise<MetricsServer> {
  const server = createServer(async (request, response) => {
    if (request.method !== "GET" || request.url !== "/metrics") {
      response.writeHead(404).end();
      return;
    }
    try {
      const text = await read();
      response.writeHead(200, { "content-type": Registry.PROMETHEUS_CONTENT_TYPE }).end(text);
    } catch (error) {
      onFailure(error);
      response.writeHead(500).end();
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const message = `metrics: cannot listen on ${host}:${port} (${cause.code})`;
      reject(
        new CausewayError({ code: "ListenFailed", port, fault: listenFault(cause.code) }, message, { cause }),
      );
    });
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
