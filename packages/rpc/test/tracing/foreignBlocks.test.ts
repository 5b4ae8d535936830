import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { decodeRlp, encodeRlp, Wallet } from "ethers";
import { CHAIN_ID, FUNDED_KEYS, LiveChain, transfer } from "../support/liveChain.js";
import { RpcClient } from "../support/rpcClient.js";

type RlpBlock = [header: string[], transactions: unknown[], ommers: unknown[], withdrawals: unknown[]];

const LEVELS = 5_000;
/** Copied once a level it would take half a gigabyte. */
const INNERMOST_BYTES = 100_000;
const ITEMS = 2_000_000;
/** Twice what a refused one needs, a third of what a general decoder would take for these. */
const GROWTH_BYTES_MAX = 150_000_000;

describe("debug_traceBlock of a block that nobody checked", () => {
  let live: LiveChain;
  let rpc: RpcClient;
  let block: RlpBlock;
  before(async () => {
    live = await LiveChain.start();
    rpc = new RpcClient(live.url);
    await rpc.result("eth_sendRawTransaction", await transfer(0));
    await live.mine();
    block = decodeRlp(await rpc.result<string>("debug_getRawBlock", "0x1")) as RlpBlock;
  });
  after(() => live.stop());

  const trace = (transactions: unknown[]) =>
    rpc.error("debug_traceBlock", encodeRlp([block[0], transactions, block[2], block[3]] as never));

  it("refuses lists in lists before they are copied at every level", async () => {
    collectGarbage();
    const before = peakBytes();
    const [code, message] = await rpc.error("debug_traceBlock", `0x${nested().toString("hex")}`);
    assert.deepEqual(
      [code, /^could not decode block: .*nested deeper/.test(message)],
      [-32000, true],
      message,
    );
    assert.ok(peakBytes() - before < GROWTH_BYTES_MAX, `${peakBytes() - before} bytes more at the peak`);
  });

  it("refuses lists in lists in a transaction", async () => {
    const typed = Buffer.concat([Buffer.of(2), nested()]).toString("hex");
    const [code, message] = await trace([`0x${typed}`]);
    assert.deepEqual([code, /^could not decode block: /.test(message)], [-32000, true], message);
    const deep = [...(decodeRlp(`0x${String(block[1][0]).slice(4)}`) as unknown[])];
    deep[8] = [[[["0x"]]]];
    const access = `0x02${encodeRlp(deep as never).slice(2)}`;
    assert.match((await trace([access]))[1], /^could not decode block: .*nested at most 3 lists/);
  });

  it("refuses more items than a block of its size has before each is an object", async () => {
    collectGarbage();
    const before = peakBytes();
    const items = Buffer.alloc(ITEMS, 1);
    const [header, ommers, withdrawals] = [0, 2, 3].map((i) => bytesOf(encodeRlp(block[i] as never)));
    const parts = [header as Buffer, list(items), ommers as Buffer, withdrawals as Buffer];
    const [, message] = await rpc.error(
      "debug_traceBlock",
      `0x${list(Buffer.concat(parts)).toString("hex")}`,
    );
    assert.match(message, /^could not decode block: .*at most \d+ items/);
    assert.ok(peakBytes() - before < GROWTH_BYTES_MAX, `${peakBytes() - before} bytes more at the peak`);
  });

  it("refuses a header that nothing can be executed by", async () => {
    const [header, ...body] = block;
    const cases: readonly (readonly [string[], RegExp])[] = [
      [changed(header, 7, "0x01"), /: difficulty is 1, must be 0/],
      // A base fee of blobs that is computed for long.
      [changed(header, 18, "0x174876e800"), /: excessBlobGas is 100000000000, must be 0/],
      [header.slice(0, 15), /must have 21 fields, baseFeePerGas is missing/],
    ];
    for (const [forged, message] of cases) {
      const error = await rpc.error("debug_traceBlock", encodeRlp([forged, ...body] as never));
      assert.equal(error[0], -32000, error[1]);
      assert.match(error[1], message);
    }
  });

  it("bounds the gas of its transactions as that of a call", async () => {
    const fees = { maxFeePerGas: 10n ** 10n, maxPriorityFeePerGas: 10n ** 9n };
    const request = { type: 2, chainId: CHAIN_ID, nonce: 0, to: `0x${"01".repeat(20)}`, ...fees };
    const greedy = await new Wallet(FUNDED_KEYS[0] ?? "").signTransaction({
      ...request,
      gasLimit: 50_000_001n,
    });
    const [code, message] = await trace([greedy]);
    assert.equal(code, -32000);
    assert.match(message, /has 50000001 gas: the limit is 50000000 gas \(--rpc-call-gas\)$/);
  });
});

setFlagsFromString("--expose-gc");
/** What earlier tests left is not to count for the one that measures. */
const collectGarbage = runInNewContext("gc") as () => void;

/** Highest resident memory of this process, which the server is in, so far. */
function peakBytes(): number {
  return process.resourceUsage().maxRSS * 1024;
}

/** Lists in lists around a string. */
function nested(): Buffer {
  const prefixes: Buffer[] = [];
  let length = INNERMOST_BYTES;
  for (let level = 0; level < LEVELS; level++) {
    const prefix = listPrefix(length);
    prefixes.unshift(prefix);
    length += prefix.length;
  }
  const string = encodeRlp(`0x${"ff".repeat(INNERMOST_BYTES - 4)}`);
  return Buffer.concat([...prefixes, bytesOf(string)]);
}

function changed(header: string[], field: number, value: string): string[] {
  return header.map((given, i) => (i === field ? value : given));
}

function list(payload: Buffer): Buffer {
  return Buffer.concat([listPrefix(payload.length), payload]);
}

function listPrefix(length: number): Buffer {
  const prefix = Buffer.alloc(4, 0xfa);
  prefix.writeUIntBE(length, 1, 3);
  return prefix;
}

function bytesOf(hex: string): Buffer {
  return Buffer.from(hex.slice(2), "hex");
}
