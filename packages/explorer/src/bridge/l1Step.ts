import { decodeMessageSent } from "@causeway/bridge/messages/decodeMessageSent";
import { CausewayError } from "@causeway/protocol/errors";
import type { BridgeConfig } from "@causeway/protocol/genesis";
import type { Hash } from "@causeway/protocol/hex";
import { OUTBOX_SLOTS } from "@causeway/protocol/predeploys";
import { toQuantity } from "ethers";
import { z } from "zod";
import type { Database } from "../database/Database.js";
import { readMeta, writeMeta } from "../database/meta.js";
import type { Journal } from "../feed/journal.js";
import { bindDatabase } from "../indexer/chainIdentity.js";
import { chainSchemas, type HeaderJson, toNumber } from "../indexer/chainTypes.js";
import { decode } from "../indexer/fetchBlock.js";
import type { FollowStep } from "../indexer/follower.js";
import { contradiction } from "../indexer/indexError.js";
import { isRefused, type JsonRpc } from "../indexer/jsonRpc.js";
import type { BridgeFact } from "./bridgeFact.js";
import { decodeFact, l1Side, type PlacedLog } from "./decodeFact.js";
import { writeFacts } from "./writeFacts.js";

export interface L1StepOptions {
  readonly rpc: JsonRpc;
  readonly database: Database;
  readonly journal: Journal;
  readonly bridge: BridgeConfig;
  readonly onHeight: (height: number) => void;
}

/** Blocks asked for in one eth_getLogs. */
const RANGE_BLOCKS = 1_000;
const CURSOR_KEY = "l1.cursor";

/** How far L1 is indexed: a finalized block, and how many messages its Outbox held. */
const cursorSchema = z.object({
  number: z.number().int().min(0),
  hash: chainSchemas.hash,
  messages: z.number().int().min(0),
});
type L1Cursor = z.output<typeof cursorSchema>;

const logSchema = chainSchemas.log.extend({
  blockNumber: chainSchemas.quantity,
  blockHash: chainSchemas.hash,
  transactionHash: chainSchemas.hash,
});
type L1Log = z.output<typeof logSchema>;

/**
 * Follow L1's bridge contracts: finalized blocks once and for good, the blocks above them anew whenever they change.
 * A finalized block that is replaced stops the follower.
 */
export function l1Step(options: L1StepOptions): FollowStep {
  const { rpc, database, journal, bridge, onHeight } = options;
  let bound = false;
  let seenHead: Hash | null = null;
  return async () => {
    if (!bound) {
      await bindL1(rpc, database, bridge);
      bound = true;
    }
    const [latest, finalized] = await readHeads(rpc);
    onHeight(toNumber(latest.number));
    if (latest.hash === seenHead) return false;
    const cursor = (await readCursor(database)) ?? (await findStart(rpc, bridge, finalized));
    if (cursor === null) return false;
    await requireUnchanged(rpc, cursor);
    const end = Math.min(toNumber(finalized.number), cursor.number + RANGE_BLOCKS);
    const caughtUp = end === toNumber(finalized.number);
    const final = await readRange(rpc, bridge, cursor.number + 1, end, true);
    const next = await nextCursor(rpc, bridge, cursor, end, final.logs);
    if (caughtUp) await requireComplete(rpc, bridge, next);
    const provisional = caughtUp
      ? await readRange(rpc, bridge, end + 1, toNumber(latest.number), false)
      : null;
    await journal.write(async (queries, emit) => {
      await writeFacts(queries, emit, {
        facts: [...final.facts, ...(provisional?.facts ?? [])],
        block: null,
        replaceProvisional: provisional !== null,
      });
      await writeMeta(queries, CURSOR_KEY, JSON.stringify(next));
    });
    if (caughtUp) seenHead = latest.hash;
    return !caughtUp;
  };
}

async function bindL1(rpc: JsonRpc, database: Database, bridge: BridgeConfig): Promise<void> {
  const chainId = decode(chainSchemas.quantity, await rpc.call("eth_chainId", []), "eth_chainId", 0);
  if (toNumber(chainId) !== bridge.l1ChainId) {
    throw new CausewayError(
      { code: "WrongChain", have: String(bridge.l1ChainId), got: String(toNumber(chainId)) },
      `explorer: the genesis names L1 chain ${bridge.l1ChainId}, the L1 node serves ${toNumber(chainId)}`,
    );
  }
  await bindDatabase(database, "bridge", `${bridge.l1ChainId} ${bridge.outbox}`);
}

async function readHeads(rpc: JsonRpc): Promise<[HeaderJson, HeaderJson]> {
  const [latest, finalized, genesis] = await rpc.batch([
    { method: "eth_getBlockByNumber", params: ["latest", false] },
    { method: "eth_getBlockByNumber", params: ["finalized", false] },
    { method: "eth_getBlockByNumber", params: ["0x0", false] },
  ]);
  return [
    decode(chainSchemas.header, latest, "eth_getBlockByNumber(latest)", 0),
    // A young chain has nothing finalized but its genesis.
    decode(chainSchemas.header, finalized ?? genesis, "eth_getBlockByNumber(finalized)", 0),
  ];
}

async function readCursor(database: Database): Promise<L1Cursor | null> {
  const text = await readMeta(database, CURSOR_KEY);
  return text === null ? null : cursorSchema.parse(JSON.parse(text));
}

/**
 * The finalized block before the Outbox was created, by bisection over its code; the genesis block when the node has
 * no old states. null while the Outbox is not final.
 */
async function findStart(
  rpc: JsonRpc,
  bridge: BridgeConfig,
  finalized: HeaderJson,
): Promise<L1Cursor | null> {
  const hasCode = async (height: number) =>
    (await rpc.call("eth_getCode", [bridge.outbox, toQuantity(height)])) !== "0x";
  let high = toNumber(finalized.number);
  if (!(await hasCode(high))) return null;
  let low = 0;
  try {
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (await hasCode(middle)) high = middle;
      else low = middle;
    }
  } catch (error) {
    if (!isRefused(error)) throw error;
    low = 0;
  }
  const { hash } = await readHeader(rpc, low);
  return { number: low, hash, messages: 0 };
}

async function requireUnchanged(rpc: JsonRpc, cursor: L1Cursor): Promise<void> {
  const { hash } = await readHeader(rpc, cursor.number);
  if (hash === cursor.hash) return;
  throw contradiction(
    "L1 finality",
    cursor.number,
    `L1 replaced a block it had called final: it was ${cursor.hash}, now it is ${hash}; look at both chains, then rebuild the index`,
  );
}

async function readHeader(rpc: JsonRpc, height: number): Promise<HeaderJson> {
  const header = await rpc.call("eth_getBlockByNumber", [toQuantity(height), false]);
  return decode(chainSchemas.header, header, "eth_getBlockByNumber", height);
}

interface L1Range {
  readonly logs: readonly L1Log[];
  readonly facts: readonly BridgeFact[];
}

async function readRange(
  rpc: JsonRpc,
  bridge: BridgeConfig,
  first: number,
  last: number,
  final: boolean,
): Promise<L1Range> {
  if (last < first) return { logs: [], facts: [] };
  const answer = await rpc.call("eth_getLogs", [
    {
      address: [bridge.outbox, bridge.inbox, bridge.view],
      fromBlock: toQuantity(first),
      toBlock: toQuantity(last),
    },
  ]);
  const logs = decode(z.array(logSchema), answer, "eth_getLogs", first);
  const times = await readTimes(rpc, logs);
  const side = l1Side(bridge);
  const facts = logs.flatMap((log) => {
    const fact = decodeFact(place(log, times, final), side);
    return fact === null ? [] : [fact];
  });
  return { logs, facts };
}

/** Time of each block that logs come from; a block replaced since is asked for again at the next step. */
async function readTimes(rpc: JsonRpc, logs: readonly L1Log[]): Promise<Map<Hash, number>> {
  const times = new Map<Hash, number>();
  for (const { blockHash, blockNumber } of logs) {
    if (times.has(blockHash)) continue;
    const header = await readHeader(rpc, toNumber(blockNumber));
    if (header.hash !== blockHash)
      throw incomplete(rpc.url, `block ${toNumber(blockNumber)} changed while it was read`);
    times.set(blockHash, toNumber(header.timestamp));
  }
  return times;
}

function place(log: L1Log, times: ReadonlyMap<Hash, number>, final: boolean): PlacedLog {
  const { address, topics, data, blockHash, blockNumber, transactionHash } = log;
  const step = {
    txHash: transactionHash,
    blockNumber: toNumber(blockNumber),
    timestamp: times.get(blockHash) ?? 0,
    final,
  };
  return { address, topics, data, blockHash, step };
}

/** eth_getLogs may be silently partial: messages must be numbered without a hole. */
async function nextCursor(
  rpc: JsonRpc,
  bridge: BridgeConfig,
  cursor: L1Cursor,
  end: number,
  logs: readonly L1Log[],
): Promise<L1Cursor> {
  if (end === cursor.number) return cursor;
  const sent = logs.map((log) => decodeMessageSent(log, bridge.outbox)).filter((message) => message !== null);
  for (const [i, { message }] of sent.entries()) {
    if (message.nonce !== cursor.messages + i)
      throw incomplete(rpc.url, `message ${cursor.messages + i} of L1's Outbox is missing from its logs`);
  }
  const { hash } = await readHeader(rpc, end);
  return { number: end, hash, messages: cursor.messages + sent.length };
}

/** At the finalized block, whose state every node has, the Outbox itself says how many messages there are. */
async function requireComplete(
  rpc: JsonRpc,
  bridge: BridgeConfig,
  { number, messages }: L1Cursor,
): Promise<void> {
  const count = await rpc.call("eth_getStorageAt", [
    bridge.outbox,
    toQuantity(OUTBOX_SLOTS.count),
    toQuantity(number),
  ]);
  if (typeof count === "string" && Number(BigInt(count)) === messages) return;
  throw incomplete(
    rpc.url,
    `the logs up to block ${number} hold ${messages} messages, the Outbox counts ${Number(count)}`,
  );
}

/** Asked again later: a lagging or pruned log index heals, a hole in ours would not. */
function incomplete(url: string, reason: string) {
  return new CausewayError({ code: "RpcUnreachable", url }, `L1 node at ${url}: ${reason}`);
}
