import { type AddressInfo, createServer } from "node:net";
import { CausewayError } from "@causeway/protocol/errors";
import type { BridgeConfig } from "@causeway/protocol/genesis";
import type { ValidatorOverride } from "@causeway/protocol/validatorOverride";
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from "fastify";
import type { Logger } from "pino";
import { l1Step } from "./bridge/l1Step.js";
import { sidechainFacts } from "./bridge/sidechainFacts.js";
import type { Database } from "./database/Database.js";
import { type DatabaseLocation, openDatabase } from "./database/openDatabase.js";
import type { FollowerStatus } from "./feed/feedProtocol.js";
import { FeedServer } from "./feed/feedServer.js";
import { DEFAULT_RETENTION_EVENTS, Journal } from "./feed/journal.js";
import { type ChainIdentity, identifyChain } from "./indexer/chainIdentity.js";
import { chainStep } from "./indexer/chainStep.js";
import { follow } from "./indexer/follower.js";
import { type JsonRpc, openJsonRpc } from "./indexer/jsonRpc.js";
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
  /** Of the chain spec (V6); none unless given. */
  readonly overrides?: readonly ValidatorOverride[];
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
  const { log, host } = options;
  const stop = new AbortController();
  const undo: Undo[] = [];
  const close = async () => {
    stop.abort();
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    await requireFreePort(options);
    const rpc = openJsonRpc(options.rpcUrl, stop.signal);
    const index = await openIndex(options, rpc, undo);
    const app = await serve(options, { ...index, rpc });
    undo.push(() => app.close());
    undo.push(attachFeed(options, index, app));
    await listen(app, options);
    undo.push(followChain(options, index, rpc, stop.signal));
    undo.push(followL1(options, index, stop.signal));
    const { port } = app.server.address() as AddressInfo;
    const url = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
    const cursor = index.journal.cursorAt(index.journal.head);
    log.info({ url, chainId: index.identity.chainId, cursor }, "explorer is up");
    return { url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** One step of an orderly stop; run in reverse order. */
type Undo = () => Promise<unknown>;

interface Index {
  readonly database: Database;
  readonly identity: ChainIdentity;
  readonly journal: Journal;
  readonly state: LiveState;
}

async function openIndex(options: ExplorerOptions, rpc: JsonRpc, undo: Undo[]): Promise<Index> {
  const { log, bridge, l1RpcUrl, retentionEvents = DEFAULT_RETENTION_EVENTS } = options;
  const database = await openDatabase(options, log);
  undo.push(() => database.close());
  const identity = await identifyChain(rpc, database);
  if (!identity.certified)
    log.warn("the node serves no certificates: following its finalized blocks unproved");
  const journal = await Journal.open(database, { retention: retentionEvents });
  const l1ChainId = l1RpcUrl === null || bridge === null ? null : bridge.l1ChainId;
  const state = new LiveState(database, identity, l1ChainId);
  await state.refresh();
  return { database, identity, journal, state };
}

function attachFeed(options: ExplorerOptions, index: Index, app: FastifyInstance): Undo {
  const feed = new FeedServer({
    source: indexFeedSource(index.database, index.journal, index.state, index.identity),
    log: options.log,
    allowedOrigins: options.allowedOrigins ?? [],
    maxConnections: options.maxConnections ?? MAX_CONNECTIONS,
    maxConnectionsPerAddress: options.maxConnectionsPerAddress ?? MAX_CONNECTIONS_PER_ADDRESS,
  });
  feed.attach(app.server);
  return () => feed.close();
}

/** @returns waits for the follower to end. */
function followChain(
  { bridge, overrides = [], pollMs = POLL_MS, log }: ExplorerOptions,
  { state, ...index }: Index,
  rpc: JsonRpc,
  signal: AbortSignal,
): Undo {
  const step = chainStep({
    ...index,
    rpc,
    overrides,
    sink: bridge === null ? null : sidechainFacts(bridge),
    onIndexed: () => state.refresh(),
  });
  const onStatus = (status: FollowerStatus) => state.setIndexer(status);
  const following = follow({ name: "sidechain", step, pollMs, log, signal, onStatus });
  return () => following;
}

/** @returns waits for the follower to end. */
function followL1(
  { l1RpcUrl, bridge, log, pollMs = L1_POLL_MS }: ExplorerOptions,
  { database, journal, state }: Index,
  signal: AbortSignal,
): Undo {
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
    `explorer: port ${port} on ${host} is already in use; change "port" in its config`,
    { cause: error },
  );
}
