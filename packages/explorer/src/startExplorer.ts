import { type AddressInfo, createServer } from "node:net";
import { CausewayError } from "@causeway/protocol/errors";
import type { BridgeConfig } from "@causeway/protocol/genesis";
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from "fastify";
import type { Logger } from "pino";
import { l1Step } from "./bridge/l1Step.js";
import { sidechainFacts } from "./bridge/sidechainFacts.js";
import type { Database } from "./database/Database.js";
import { type DatabaseLocation, openDatabase } from "./database/openDatabase.js";
import type { FeedTimings } from "./feed/feedConnection.js";
import type { FollowerStatus } from "./feed/feedProtocol.js";
import { FeedServer } from "./feed/feedServer.js";
import { DEFAULT_RETENTION_EVENTS, Journal } from "./feed/journal.js";
import { identifyChain } from "./indexer/chainIdentity.js";
import { chainStep } from "./indexer/chainStep.js";
import { follow } from "./indexer/follower.js";
import { openJsonRpc } from "./indexer/jsonRpc.js";
import { indexFeedSource } from "./indexFeedSource.js";
import { LiveState } from "./liveState.js";
import { registerApi, registerErrors } from "./rest/apiRoutes.js";
import { registerWeb, WEB_DIR } from "./rest/webPages.js";

export type ExplorerOptions = DatabaseLocation & {
  /** JSON-RPC of a Causeway node, or of any Ethereum node. */
  readonly rpcUrl: string;
  /** JSON-RPC of L1; null shows no bridge. */
  readonly l1RpcUrl: string | null;
  readonly bridge: BridgeConfig | null;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly log: Logger;
  /** How often to ask both nodes for a new head, ms. */
  readonly pollMs?: number;
  readonly retentionEvents?: number;
  /** Other sites whose pages may open the feed. */
  readonly allowedOrigins?: readonly string[];
  readonly maxConnections?: number;
  readonly maxConnectionsPerAddress?: number;
  readonly feedTimings?: FeedTimings;
};

export interface Explorer {
  /** http://host:port of page, REST and feed. */
  readonly url: string;
  close(): Promise<void>;
}

export type ExplorerStartError = CausewayError<{ code: "PortTaken"; port: number }>;

const POLL_MS = 300;
const L1_POLL_MS = 1_000;
const MAX_CONNECTIONS = 1_000;
const MAX_CONNECTIONS_PER_ADDRESS = 200;
const REQUEST_TIMEOUT_MS = 30_000;

/**
 * Index a chain and serve page, REST and feed on one port.
 * @throws {ExplorerStartError} PortTaken
 * @throws {IndexContradiction} WrongChain when the database is another chain's
 * @throws {RpcError} when the node does not answer
 */
export async function startExplorer(options: ExplorerOptions): Promise<Explorer> {
  const { log } = options;
  const stop = new AbortController();
  const undo: (() => Promise<unknown>)[] = [];
  const close = async () => {
    stop.abort();
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    await requireFreePort(options);
    const rpc = openJsonRpc(options.rpcUrl, stop.signal);
    const database = await openDatabase(options, log);
    undo.push(() => database.close());
    const identity = await identifyChain(rpc, database);
    if (!identity.certified)
      log.warn("the node serves no certificates: following its finalized blocks unproved");
    const journal = await Journal.open(database, {
      retention: options.retentionEvents ?? DEFAULT_RETENTION_EVENTS,
    });
    const state = new LiveState(
      database,
      identity,
      options.l1RpcUrl === null ? null : (options.bridge?.l1ChainId ?? null),
    );
    await state.refresh();
    const app = await serve(options, { database, journal, state, rpc });
    undo.push(() => app.close());
    const feed = new FeedServer({
      source: indexFeedSource(database, journal, state, identity),
      log,
      allowedOrigins: options.allowedOrigins ?? [],
      maxConnections: options.maxConnections ?? MAX_CONNECTIONS,
      maxConnectionsPerAddress: options.maxConnectionsPerAddress ?? MAX_CONNECTIONS_PER_ADDRESS,
      ...(options.feedTimings === undefined ? {} : { timings: options.feedTimings }),
    });
    feed.attach(app.server);
    undo.push(() => feed.close());
    await listen(app, options);
    const indexing = follow({
      name: "sidechain",
      step: chainStep({
        rpc,
        database,
        journal,
        identity,
        sink: options.bridge === null ? null : sidechainFacts(options.bridge),
        onIndexed: () => state.refresh(),
      }),
      pollMs: options.pollMs ?? POLL_MS,
      log,
      signal: stop.signal,
      onStatus: (status) => state.setIndexer(status),
    });
    undo.push(() => indexing);
    undo.push(followL1(options, { database, journal, state, signal: stop.signal }));
    const { port } = app.server.address() as AddressInfo;
    const url = `http://${options.host.includes(":") ? `[${options.host}]` : options.host}:${port}`;
    log.info({ url, chainId: identity.chainId, cursor: journal.cursorAt(journal.head) }, "explorer is up");
    return { url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** @returns waits for the L1 follower to end. */
function followL1(
  { l1RpcUrl, bridge, log, pollMs = L1_POLL_MS }: ExplorerOptions,
  index: { database: Database; journal: Journal; state: LiveState; signal: AbortSignal },
): () => Promise<void> {
  const { database, journal, state, signal } = index;
  if (l1RpcUrl === null || bridge === null) return () => Promise.resolve();
  const rpc = openJsonRpc(l1RpcUrl, signal);
  const step = l1Step({ rpc, database, journal, bridge, onHeight: (height) => state.setL1({ height }) });
  const onStatus = (status: FollowerStatus) => state.setL1(status);
  const following = follow({ name: "l1", step, pollMs, log, signal, onStatus });
  return () => following;
}

async function serve(
  { log }: ExplorerOptions,
  api: Parameters<typeof registerApi>[1],
): Promise<FastifyInstance> {
  const loggerInstance: FastifyBaseLogger = log;
  const app = fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    requestTimeout: REQUEST_TIMEOUT_MS,
  });
  registerErrors(app);
  registerApi(app, api);
  const built = await registerWeb(app, WEB_DIR);
  if (!built) log.warn("the web page is not built; run: npm run build:web -w packages/explorer");
  return app;
}

async function listen(app: FastifyInstance, { host, port }: ExplorerOptions): Promise<void> {
  await app.listen({ host, port }).catch((error: unknown) => {
    throw portError(error, host, port);
  });
}

/** Find out that the port is taken before the database takes its seconds to boot. */
async function requireFreePort({ host, port }: ExplorerOptions): Promise<void> {
  if (port === 0) return;
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once("error", (error) => reject(portError(error, host, port)));
    probe.listen(port, host, () => probe.close(() => resolve()));
  });
}

function portError(error: unknown, host: string, port: number): unknown {
  if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") return error;
  return new CausewayError(
    { code: "PortTaken", port },
    `explorer: port ${port} on ${host} is already in use; choose another with --port`,
    { cause: error },
  );
}
