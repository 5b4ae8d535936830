import { CausewayError } from "@causeway/protocol/errors";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Database } from "../database/Database.js";
import { parseCursor } from "../feed/cursor.js";
import { eventText } from "../feed/feedConnection.js";
import { JOURNAL_TOPICS } from "../feed/feedProtocol.js";
import type { Journal } from "../feed/journal.js";
import type { JsonRpc } from "../indexer/jsonRpc.js";
import {
  countAddressTransactions,
  findBlock,
  findTransaction,
  findTransfer,
  latestBlocks,
  latestTransactions,
  latestTransfers,
} from "../indexQueries.js";
import type { LiveState } from "../liveState.js";
import {
  addressOf,
  choiceParameter,
  hashOf,
  heightParameter,
  integerParameter,
  limitParameter,
  onlyParameters,
  type Parameters,
  positionParameter,
} from "./parameters.js";
import { badParameter, HTTP_STATUS, notFound } from "./requestError.js";

export interface ApiOptions {
  readonly database: Database;
  readonly journal: Journal;
  readonly state: LiveState;
  /** For balances, which are not indexed. */
  readonly rpc: JsonRpc;
}

const DIRECTIONS = ["deposit", "withdrawal"] as const;
const TRANSFER_STATES = [
  "seen",
  "final",
  "attested",
  "delivered",
  "certified",
  "checkpointSent",
  "claimable",
  "claimed",
  "failed",
  "reorged",
] as const;
const OFFSET_MAX = 10_000;
const EVENTS_LIMIT_MAX = 1_000;
/** Transactions of an address are counted up to here. */
const COUNT_MAX = 10_000;

/** REST under /api/v1 and the feed's HTTP twin. Every list is paged and bounded. */
export function registerApi(app: FastifyInstance, options: ApiOptions): void {
  const { database, state } = options;
  /** A route whose answer is JSON text. */
  const get = (path: string, answer: (request: FastifyRequest) => Promise<string>) =>
    app.get(path, async (request, reply) => {
      const body = await answer(request);
      return reply.type("application/json; charset=utf-8").send(body);
    });

  get("/api/v1/stats", async (request) => {
    onlyParameters(queryOf(request), []);
    return ready(state.value("stats"));
  });
  get("/api/v1/validators", async (request) => {
    onlyParameters(queryOf(request), []);
    return ready(state.value("validators"));
  });
  get("/api/v1/blocks", async (request) => {
    const query = queryOf(request);
    onlyParameters(query, ["before", "limit"]);
    const before = heightParameter(query, "before", Number.MAX_SAFE_INTEGER);
    return list("blocks", await latestBlocks(database, before, limitParameter(query)));
  });
  get("/api/v1/blocks/:id", async (request) => {
    onlyParameters(queryOf(request), []);
    return found(await findBlock(database, blockId(request)), "no such block is indexed");
  });
  get("/api/v1/transactions", async (request) => {
    const query = queryOf(request);
    onlyParameters(query, ["before", "limit", "block", "address"]);
    const page = { before: positionParameter(query, "before"), limit: limitParameter(query) };
    const address = query.address === undefined ? {} : { address: addressOf(query.address, "address") };
    const block = query.block === undefined ? {} : { block: heightParameter(query, "block", 0) };
    return list("transactions", await latestTransactions(database, { ...page, ...address, ...block }));
  });
  get("/api/v1/transactions/:hash", async (request) => {
    onlyParameters(queryOf(request), []);
    const row = await findTransaction(database, hashOf(pathOf(request).hash, "hash"));
    if (row === null) throw notFound("no such transaction is indexed");
    return `{"summary":${row.summary},"transaction":${row.tx},"receipt":${row.receipt}}`;
  });
  get("/api/v1/addresses/:address", (request) => addressSummary(request, options));
  get("/api/v1/transfers", async (request) => {
    const query = queryOf(request);
    onlyParameters(query, ["direction", "state", "address", "offset", "limit"]);
    const values = await latestTransfers(database, {
      direction: choiceParameter(query, "direction", DIRECTIONS),
      state: choiceParameter(query, "state", TRANSFER_STATES),
      address: query.address === undefined ? null : addressOf(query.address, "address"),
      offset: integerParameter(query, "offset", { min: 0, max: OFFSET_MAX, fallback: 0 }),
      limit: limitParameter(query),
    });
    return list("transfers", values);
  });
  get("/api/v1/transfers/:direction/:nonce", async (request) => {
    onlyParameters(queryOf(request), []);
    const path = pathOf(request);
    const direction = choiceParameter(path, "direction", DIRECTIONS) ?? "deposit";
    const nonce = heightParameter(path, "nonce", 0);
    return found(await findTransfer(database, direction, nonce), `no ${direction} ${nonce} is known`);
  });
  get("/api/v1/search", (request) => search(request, database));
  get("/feed/v1/events", (request) => journalPage(request, options.journal));
  app.get("/livez", async () => ({ ok: true }));
  app.get("/readyz", async (_request, reply) => {
    const indexer = state.stats?.indexer ?? { state: "syncing", message: null };
    const ok = indexer.state === "live";
    return reply.code(ok ? 200 : 503).send({ ok, indexer, l1: state.stats?.l1 ?? null });
  });
}

/** Answers for errors: typed ones as they say, everything else without its insides. */
export function registerErrors(app: FastifyInstance): void {
  app.setNotFoundHandler((request, reply) =>
    reply.code(404).send({
      error: { code: "not_found", message: `nothing is served at ${request.method} ${request.url}` },
    }),
  );
  app.setErrorHandler((error, request, reply) => {
    if (error instanceof CausewayError && error.type.code in HTTP_STATUS) {
      const { code, ...details } = error.type as { code: string };
      return reply
        .code(HTTP_STATUS[code] ?? 400)
        .send({ error: { code, message: error.message, ...details } });
    }
    const status = (error as { statusCode?: number }).statusCode ?? 500;
    if (status < 500)
      return reply.code(status).send({ error: { code: "bad_request", message: (error as Error).message } });
    request.log.error({ err: error }, "request failed");
    return reply.code(503).send({
      error: { code: "unavailable", message: "the index or the node cannot answer now; try again" },
    });
  });
}

async function addressSummary(request: FastifyRequest, { database, rpc }: ApiOptions): Promise<string> {
  onlyParameters(queryOf(request), []);
  const address = addressOf(pathOf(request).address, "address");
  const [[balance, nonce, code], transactionCount] = await Promise.all([
    rpc.batch([
      { method: "eth_getBalance", params: [address, "latest"] },
      { method: "eth_getTransactionCount", params: [address, "latest"] },
      { method: "eth_getCode", params: [address, "latest"] },
    ]),
    countAddressTransactions(database, address, COUNT_MAX),
  ]);
  const isContract = code !== "0x";
  return JSON.stringify({
    address,
    balance,
    nonce,
    isContract,
    transactionCount,
    countIsAtLeast: transactionCount === COUNT_MAX,
  });
}

/** Where the search box goes for a number, hash or address. */
async function search(request: FastifyRequest, database: Database): Promise<string> {
  const query = queryOf(request);
  onlyParameters(query, ["q"]);
  const q = String(query.q ?? "").trim();
  if (/^[0-9]{1,15}$/.test(q)) {
    if ((await findBlock(database, Number(q))) === null) throw notFound(`block ${q} is not indexed`);
    return JSON.stringify({ kind: "block", id: String(Number(q)) });
  }
  if (/^0x[0-9a-fA-F]{40}$/.test(q)) return JSON.stringify({ kind: "address", id: q.toLowerCase() });
  if (!/^0x[0-9a-fA-F]{64}$/.test(q))
    throw badParameter("q", q, "is not a block number, a hash or an address");
  const hash = hashOf(q, "q");
  if ((await findTransaction(database, hash)) !== null) return JSON.stringify({ kind: "tx", id: hash });
  if ((await findBlock(database, hash)) !== null) return JSON.stringify({ kind: "block", id: hash });
  throw notFound("no transaction or block with this hash is indexed");
}

/** The feed for programs that would rather ask: the same envelopes, `s` naming the topic. */
async function journalPage(request: FastifyRequest, journal: Journal): Promise<string> {
  const query = queryOf(request);
  onlyParameters(query, ["after", "limit", "topic"]);
  const after = query.after ?? journal.cursorAt(journal.floor);
  const cursor = typeof after === "string" ? parseCursor(after) : null;
  if (cursor === null) throw badParameter("after", after, "is not a cursor <epoch>.<seq>");
  const topic = choiceParameter(query, "topic", JOURNAL_TOPICS);
  const events = await journal.read(cursor.seq, limitParameter(query, EVENTS_LIMIT_MAX));
  // Checked after reading: the journal may be cut meanwhile.
  if (!journal.covers(cursor)) {
    const fromCursor = journal.cursorAt(journal.floor);
    throw new CausewayError(
      { code: "cursor_expired", fromCursor, fromBlock: await journal.firstBlock() },
      `after: ${after} is outside of what is kept; replay can start at ${fromCursor}`,
    );
  }
  const texts = events
    .filter((event) => topic === null || event.topic === topic)
    .map((event) => eventText(journal.cursorAt(event.seq), [event.topic], event));
  const next = journal.cursorAt(events.at(-1)?.seq ?? cursor.seq);
  return `{"events":[${texts.join(",")}],"next":"${next}","head":"${journal.cursorAt(journal.head)}"}`;
}

function blockId(request: FastifyRequest): number | ReturnType<typeof hashOf> {
  const id = pathOf(request).id;
  if (typeof id === "string" && /^[0-9]{1,15}$/.test(id)) return Number(id);
  if (typeof id === "string" && /^0x[0-9a-fA-F]{64}$/.test(id)) return hashOf(id, "id");
  throw badParameter("id", id, "is neither a block number nor a block hash");
}

function queryOf(request: FastifyRequest): Parameters {
  return request.query as Parameters;
}

function pathOf(request: FastifyRequest): Parameters {
  return request.params as Parameters;
}

function list(name: string, values: readonly string[]): string {
  return `{"${name}":[${values.join(",")}]}`;
}

function found(value: string | null, message: string): string {
  if (value === null) throw notFound(message);
  return value;
}

function ready(value: string | null): string {
  return found(value, "nothing is indexed yet; try again in a moment");
}
