import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { connect } from "node:net";
import { promisify } from "node:util";
import { rpc, rpcWithin } from "../rpc.js";
import { type DiscoveredMethod, type FuzzBody, fuzzBody, wrongParams } from "./fuzzBodies.js";
import { fuzzFrames, fuzzHttp, fuzzIpc, post } from "./fuzzStreams.js";
import { Random } from "./random.js";
import { EXCHANGE_MS_MAX, rawExchange, upgradeRequest } from "./rawExchange.js";

export interface FuzzTarget {
  /** RPC of a node in a process of its own. */
  readonly url: string;
  readonly ipcPath: string | null;
  readonly pid: number;
}

export interface FuzzOptions {
  readonly seed: number;
  /** Cases, each with numbers of its own from seed and index. */
  readonly cases: number;
  /** Only this case, to look at it again. */
  readonly only?: number;
  readonly report: (line: string) => void;
}

export interface FuzzFigures {
  readonly cases: number;
  readonly residentBefore: number;
  readonly residentAfter: number;
  readonly blocks: number;
  /** Cases by kind. */
  readonly kinds: Readonly<Record<string, number>>;
}

const AT_ONCE = 16;
/** Cases between two looks at the height and the memory. */
const CASES_PER_WAVE = 200;
const BLOCK_MS_MAX = 180_000;
const INTERNAL_ERROR = -32603;
/** Spreads the cases of one seed over the numbers. */
const SEED_STEP = 0x9e3779b1;
/** What a node may hold afterwards of what it held before: nothing is in work any more. */
export const RESIDENT_FACTOR_MAX = 1.5;
const WARM_UP_CALLS = 3_000;
const SETTLE_MS_MAX = 180_000;

/**
 * Send a node what no client would: every case must be answered with JSON-RPC or closed, no method may fail inside, and
 * blocks go on meanwhile. Each failure names seed and case.
 */
export async function fuzzRpc(target: FuzzTarget, options: FuzzOptions): Promise<FuzzFigures> {
  const { seed, cases, only, report } = options;
  const { methods } = await rpc<{ methods: DiscoveredMethod[] }>(target.url, "rpc.discover");
  await warmUp(target.url);
  const residentBefore = await residentBytes(target.pid);
  const startHeight = await height(target.url);
  const kinds: Record<string, number> = {};
  const indices = only === undefined ? [...Array(cases).keys()] : [only];
  const stopped = stopsInBetween(target);
  for (let first = 0; first < indices.length; first += CASES_PER_WAVE) {
    const before = await height(target.url);
    await inParallel(indices.slice(first, first + CASES_PER_WAVE), async (index) => {
      const kind = await runCase(target, methods, new Random((seed + index * SEED_STEP) >>> 0)).catch(
        (error: unknown) => {
          throw new Error(`seed ${seed}, case ${index}: ${error instanceof Error ? error.message : error}`);
        },
      );
      kinds[kind] = (kinds[kind] ?? 0) + 1;
    });
    await nextBlock(target.url, before);
    const resident = await residentBytes(target.pid);
    report(`${first + CASES_PER_WAVE} cases, ${megabytes(resident)} resident`);
  }
  await stopped;
  const allowed = RESIDENT_FACTOR_MAX * residentBefore;
  const residentAfter = await settledBelow(target.pid, allowed);
  const blocks = (await height(target.url)) - startHeight;
  assert.ok(
    residentAfter <= allowed,
    `${megabytes(residentAfter)} resident, ${megabytes(residentBefore)} before`,
  );
  return { cases: indices.length, residentBefore, residentAfter, blocks, kinds };
}

/** @returns the kind of the case. */
async function runCase(
  target: FuzzTarget,
  methods: readonly DiscoveredMethod[],
  random: Random,
): Promise<string> {
  const { hostname, port } = new URL(target.url);
  const at = { host: hostname, port: Number(port) };
  const roll = random.below(100);
  if (roll < 40) return callWrongly(target.url, random, random.pick(methods));
  const body = fuzzBody(random, methods);
  if (roll < 60) return postBody(target.url, body);
  if (roll < 75) {
    const stream = fuzzHttp(random, body);
    checkHttp(await rawExchange(at, stream));
    return stream.kind;
  }
  if (roll < 90 || target.ipcPath === null) {
    const stream = fuzzFrames(random, body);
    assert.match(await rawExchange(at, stream, upgradeRequest()), /^HTTP\/1.1 101 /);
    return stream.kind;
  }
  const stream = fuzzIpc(random, body);
  for (const line of (await rawExchange({ path: target.ipcPath }, stream)).split("\n")) {
    if (line !== "") checkAnswers(line);
  }
  return stream.kind;
}

async function callWrongly(url: string, random: Random, method: DiscoveredMethod): Promise<string> {
  const call = { jsonrpc: "2.0", id: 1, method: method.name, params: wrongParams(random, method) };
  await postBody(url, { kind: "", bytes: Buffer.from(JSON.stringify(call)) }).catch((error: unknown) => {
    throw new Error(`${JSON.stringify(call).slice(0, 500)}: ${error}`);
  });
  return "a method with wrong parameters";
}

async function postBody(url: string, { kind, bytes }: FuzzBody): Promise<string> {
  const { hostname, port } = new URL(url);
  const pieces = [post(bytes, "connection: close\r\n")];
  const received = await rawExchange({ host: hostname, port: Number(port) }, { kind, pieces, end: false });
  assert.match(received, /^HTTP\/1\.1 (200|413) /, `${kind}: ${received.slice(0, 200)}`);
  checkHttp(received);
  return kind;
}

/** Every answer that came is HTTP, and what it carries is JSON-RPC. */
function checkHttp(received: string): void {
  for (const part of received.split(/(?=HTTP\/1\.1 \d{3} )/)) {
    const [head = "", ...body] = part.split("\r\n\r\n");
    if (part === "" || !/content-type: application\/json/i.test(head)) continue;
    const text = body.join("\r\n\r\n");
    if (text !== "") checkAnswers(text);
  }
}

function checkAnswers(text: string): void {
  const parsed: unknown = JSON.parse(Buffer.from(text, "latin1").toString("utf8"));
  for (const answer of Array.isArray(parsed) ? parsed : [parsed]) {
    const { jsonrpc, error } = answer as { jsonrpc: string; error?: { code: number; message: string } };
    assert.equal(jsonrpc, "2.0", text.slice(0, 200));
    assert.equal("result" in answer, error === undefined, text.slice(0, 200));
    if (error === undefined) continue;
    assert.equal(typeof error.message, "string");
    assert.notEqual(error.code, INTERNAL_ERROR, `internal error: ${text.slice(0, 200)}`);
  }
}

/** Clients that stop and keep their connection: the node ends each within its own bounds, while the fuzz goes on. */
async function stopsInBetween({ url }: FuzzTarget): Promise<void> {
  const { hostname, port } = new URL(url);
  const at = { host: hostname, port: Number(port) };
  const call = post(Buffer.from('{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}'));
  const stop = (kind: string, bytes: Buffer, opening = "") =>
    rawExchange(at, { kind, pieces: [bytes], end: false }, opening);
  await Promise.all([
    stop("stops in the headers", call.subarray(0, 40)),
    stop("stops in the body", call.subarray(0, -3)),
    stop("stops in a frame", Buffer.from([0x81, 0xfe, 0x03, 0xe8, 1, 2, 3, 4, 5]), upgradeRequest()),
    dripped(at, call),
  ]);
}

/** A request that comes byte by byte, slower than the node waits. */
async function dripped(at: { host: string; port: number }, bytes: Buffer): Promise<void> {
  const socket = connect(at);
  socket.on("error", () => {});
  socket.resume();
  await new Promise<void>((resolve, reject) => {
    let sent = 0;
    const drip = setInterval(() => {
      // The last byte never comes.
      if (sent < bytes.length - 1) socket.write(bytes.subarray(sent, ++sent));
    }, 250);
    const late = setTimeout(() => reject(new Error("a dripped request was not ended")), EXCHANGE_MS_MAX);
    socket.once("close", () => {
      clearInterval(drip);
      clearTimeout(late);
      resolve();
    });
  });
}

async function inParallel(indices: readonly number[], run: (index: number) => Promise<void>): Promise<void> {
  const queue = [...indices];
  const work = async () => {
    for (let index = queue.shift(); index !== undefined; index = queue.shift()) await run(index);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/** What an idle node has not loaded yet is no growth. */
export async function warmUp(url: string): Promise<void> {
  const calls = ["eth_blockNumber", "eth_syncing", "causeway_status", "txpool_content", "eth_gasPrice"];
  await inParallel([...Array(WARM_UP_CALLS).keys()], async (i) => {
    await rpc(url, calls[i % calls.length] as string);
  });
}

async function height(url: string): Promise<number> {
  return Number(await rpcWithin<string>(BLOCK_MS_MAX, url, "eth_blockNumber"));
}

async function nextBlock(url: string, above: number): Promise<void> {
  const endsAt = performance.now() + BLOCK_MS_MAX;
  while ((await height(url)) <= above) {
    assert.ok(performance.now() < endsAt, `no block followed ${above} within ${BLOCK_MS_MAX} ms`);
  }
}

/** Resident memory once it is within the bound; what it is when time is up otherwise. */
export async function settledBelow(pid: number, bytesMax: number): Promise<number> {
  const endsAt = performance.now() + SETTLE_MS_MAX;
  let resident = await residentBytes(pid);
  while (resident > bytesMax && performance.now() < endsAt) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    resident = await residentBytes(pid);
  }
  return resident;
}

const run = promisify(execFile);

/** Resident memory of a process. */
export async function residentBytes(pid: number): Promise<number> {
  const { stdout } = await run("ps", ["-o", "rss=", "-p", String(pid)]);
  return Number(stdout.trim()) * 1024;
}

export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MiB`;
}
