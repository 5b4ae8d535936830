import assert from "node:assert/strict";
import { getCreateAddress, Interface, Wallet } from "ethers";
import { quantity } from "../../src/format/quantity.js";
import { COUNTER_ABI, COUNTER_BYTECODE } from "../support/counterContract.js";
import { CHAIN_ID, FUNDED_KEYS, LiveChain } from "../support/liveChain.js";
import { RpcClient } from "../support/rpcClient.js";
import { WsClient } from "../support/wsClient.js";

const TRACE_MS_MAX = 1_500;
const HOUR_MS = 3_600_000;
const RESPONSE_BYTES_MAX = 200_000;
const COUNTER = new Interface(COUNTER_ABI);
/** Creation code that loops as long as its gas lasts. */
const LOOP = "0x5b600056";
/** A call of a contract that spins as long as its gas lasts. */
const SPIN = COUNTER.encodeFunctionData("spin");

describe("bounds of tracing", () => {
  const sender = new Wallet(FUNDED_KEYS[0] ?? "");
  const counter = getCreateAddress({ from: sender.address, nonce: 0 });
  let live: LiveChain;
  let rpc: RpcClient;
  let spun: string;
  before(async () => {
    live = await LiveChain.start({
      limits: { traceMsMax: TRACE_MS_MAX, responseBytesMax: RESPONSE_BYTES_MAX, callGasMax: 10n ** 10n },
    });
    live.autoMine = false;
    rpc = new RpcClient(live.url);
    const start = COUNTER.encodeDeploy([1]).slice(2);
    await send(0, { to: null, data: COUNTER_BYTECODE + start, gasLimit: 1_000_000n });
    spun = await send(1, { to: counter, data: SPIN, gasLimit: 60_000n });
  });
  after(() => live.stop());

  async function send(
    nonce: number,
    request: { to: string | null; data: string; gasLimit: bigint },
  ): Promise<string> {
    const fees = { maxFeePerGas: 10n ** 10n, maxPriorityFeePerGas: 10n ** 9n };
    const raw = await sender.signTransaction({ type: 2, chainId: CHAIN_ID, nonce, ...fees, ...request });
    const hash = await rpc.result<string>("eth_sendRawTransaction", raw);
    await live.mine();
    return hash;
  }

  const looping = { input: LOOP, gas: "0x2540be400" };
  const endless = { to: counter, input: SPIN, gas: "0x2540be400" };

  it("time: an execution ends at the server's limit, or at the caller's own shorter one", async () => {
    const config = { tracer: "callTracer" };
    const [code, message] = await rpc.error("debug_traceCall", endless, "latest", config);
    assert.deepEqual([code, message.slice(0, 34)], [-32000, "execution aborted (timeout = 1.5s)"]);
    const shorter = await rpc.error("debug_traceCall", endless, "latest", { ...config, timeout: "20ms" });
    assert.match(shorter[1], /^execution aborted \(timeout = 0\.02s\)/);
    // None may ask for more.
    const longer = await rpc.error("debug_traceCall", endless, "latest", { ...config, timeout: "1h" });
    assert.match(longer[1], /^execution aborted \(timeout = 1\.5s\)/);
    const parity = await rpc.error("trace_call", endless, ["trace"], "latest");
    assert.match(parity[1], /^execution aborted/);
  });

  it("time: no call waits for traces, however many are asked for", async () => {
    const patient = await LiveChain.start({ limits: { traceMsMax: HOUR_MS, callGasMax: 10n ** 10n } });
    const others = new RpcClient(patient.url);
    const tracing = await WsClient.open(patient.url);
    try {
      const trace = { method: "debug_traceCall", params: [looping, "latest", { tracer: "callTracer" }] };
      for (let i = 0; i < 8; i++) {
        tracing.socket.send(JSON.stringify({ jsonrpc: "2.0", id: `trace ${i}`, ...trace }));
      }
      // The server has them all when it has answered what follows them.
      await tracing.call("eth_chainId");
      assert.equal(await others.result("eth_call", { to: sender.address }), "0x");
      assert.equal(await others.result("eth_estimateGas", { to: sender.address }), "0x5208");
      assert.equal(tracing.messages.length, 1, "of the traces none has ended");
    } finally {
      tracing.socket.terminate();
      await patient.stop();
    }
  });

  it("time: also where every step is watched, while others are served", async () => {
    const prestate = rpc.error("debug_traceCall", endless, "latest", { tracer: "prestateTracer" });
    assert.equal(await rpc.result("eth_chainId"), `0x${CHAIN_ID.toString(16)}`);
    assert.match((await prestate)[1], /^execution aborted/);
  });

  it("size: a trace ends when its answer would be too large, by whatever tracer", async () => {
    const [code, message] = await rpc.error("debug_traceTransaction", spun);
    assert.equal(code, -32003);
    assert.match(
      message,
      /^trace exceeds 200000 bytes; .*callTracer: the limit is 200000 bytes \(--rpc-response-bytes\)$/,
    );
    const [, replayed] = await rpc.error("trace_replayTransaction", spun, ["vmTrace"]);
    assert.match(replayed, /^trace exceeds 200000 bytes; ask for fewer of trace, vmTrace and stateDiff/);
    assert.match((await rpc.error("debug_traceBlockByNumber", "0x2"))[1], /^trace exceeds .*callTracer/);
    const limited = await rpc.result<{ structLogs: unknown[] }>("debug_traceTransaction", spun, {
      limit: 1_000,
    });
    assert.ok(limited.structLogs.length > 1);
  });

  it("size: of a trace filter only what it finds counts, and a block at a time", async () => {
    const to = `0x${"5a".repeat(20)}`;
    const data = `0x${"00".repeat(40_000)}`;
    const nonce = Number(await rpc.result("eth_getTransactionCount", sender.address));
    const hashes: string[] = [];
    for (let i = 0; i < 3; i++) hashes.push(await send(nonce + i, { to, data, gasLimit: 500_000n }));
    const last = Number(await rpc.result("eth_blockNumber"));
    const range = { fromBlock: quantity(last - 2), toBlock: quantity(last) };
    const found = (fields: object) =>
      rpc.result<{ transactionHash: string }[]>("trace_filter", { ...range, ...fields });
    assert.deepEqual(await found({ fromAddress: [to] }), []);
    assert.deepEqual(
      (await found({ after: 1, count: 2 })).map(({ transactionHash }) => transactionHash),
      hashes.slice(1),
    );
    assert.deepEqual(await rpc.error("trace_filter", range), [
      -32003,
      `trace_filter finds too much by block ${last}, the limit is 200000 bytes (--rpc-response-bytes): ask for a narrower range or a smaller count`,
    ]);
  });

  it("size: a trace filter names the block whose traces are too large", async () => {
    await send(Number(await rpc.result("eth_getTransactionCount", sender.address)), {
      to: `0x${"5a".repeat(20)}`,
      data: `0x${"00".repeat(100_000)}`,
      gasLimit: 1_100_000n,
    });
    const last = Number(await rpc.result("eth_blockNumber"));
    assert.deepEqual(
      await rpc.error("trace_filter", { fromBlock: quantity(last), toBlock: quantity(last) }),
      [
        -32003,
        `the traces of block ${last} are too large, the limit is 200000 bytes (--rpc-response-bytes): leave it out and ask trace_transaction for its transactions`,
      ],
    );
  });

  it("size: each method tells how to ask it for less, in its own options", async () => {
    const hash = await send(Number(await rpc.result("eth_getTransactionCount", sender.address)), {
      to: `0x${"5a".repeat(20)}`,
      data: `0x${"00".repeat(100_000)}`,
      gasLimit: 1_100_000n,
    });
    const refused = async (method: string, ...params: unknown[]) => {
      const [code, message] = await rpc.error(method, ...params);
      assert.equal(code, -32003, method);
      return message.replace(/^trace exceeds 200000 bytes; (.*): the limit is 200000 bytes.*$/, "$1");
    };
    const ofCalls =
      "ask for fewer of trace, vmTrace and stateDiff, or for fewer transactions or calls at once";
    assert.equal(await refused("trace_block", "latest"), "ask trace_transaction for its transactions");
    for (const method of ["trace_transaction", "ots_traceTransaction"])
      assert.match(await refused(method, hash), /^ask debug_traceTransaction with callTracer/);
    assert.equal(await refused("trace_replayBlockTransactions", "latest", ["trace"]), ofCalls);
    assert.equal(await refused("trace_replayTransaction", hash, ["trace"]), ofCalls);
  });

  it("places: as many at one time as calls, the rest after them", async () => {
    const calls = Array.from({ length: 9 }, () =>
      rpc.result("debug_traceTransaction", spun, { tracer: "callTracer" }),
    );
    const answers = await Promise.all(calls);
    assert.ok(answers.every((answer) => JSON.stringify(answer) === JSON.stringify(answers[0])));
  });

  it("says what is wrong with a request, and with what", async () => {
    const js =
      "{data: [], fault: function(log) {}, step: function(log) {}, result: function() { return this.data; }}";
    const cases: [string, readonly unknown[], number, RegExp][] = [
      [
        "debug_traceTransaction",
        ["0x12"],
        -32602,
        /^invalid argument 0: hex string has length 2, want 64 for hash/,
      ],
      [
        "debug_traceTransaction",
        [spun, { tracer: js }],
        -32000,
        /^tracer \{data: .* not found: tracers in JavaScript/,
      ],
      ["debug_traceTransaction", [spun, { tracer: "constructor" }], -32000, /^tracer constructor not found/],
      ["debug_traceTransaction", [spun, { tracer: 5 }], -32602, /tracer: want the name of a tracer/],
      ["debug_traceTransaction", [spun, { timeout: "soon" }], -32602, /timeout: want a duration like 10s/],
      ["debug_traceTransaction", [spun, { disableStack: "yes" }], -32602, /disableStack: want a boolean/],
      ["debug_traceTransaction", [spun, { limit: -1 }], -32602, /limit/],
      [
        "debug_traceTransaction",
        [spun, traced("callTracer", { withLog: 1 })],
        -32602,
        /tracerConfig: withLog: want a boolean/,
      ],
      [
        "debug_traceTransaction",
        [spun, traced("prestateTracer", { diffMode: true, includeEmpty: true })],
        -32602,
        /cannot use diffMode with includeEmpty/,
      ],
      [
        "debug_traceTransaction",
        [spun, traced("muxTracer", { muxTracer: {} })],
        -32602,
        /a muxTracer cannot be nested in another/,
      ],
      [
        "debug_traceTransaction",
        [spun, traced("muxTracer", { nobody: {} })],
        -32000,
        /^tracer nobody not found/,
      ],
      ["debug_traceBlockByNumber", ["0x99"], -32000, /^block #153 not found$/],
      ["debug_traceBlockByNumber", ["earliest"], -32000, /^genesis is not traceable$/],
      ["debug_traceBlock", ["0x1234"], -32000, /^could not decode block: /],
      ["debug_traceBlock", ["0xc0"], -32000, /^could not decode block: /],
      ["debug_intermediateRoots", [spun], -32000, /^block 0x[0-9a-f]+ not found$/],
      ["debug_traceCall", [{}, "pending"], -32000, /^tracing on top of pending is not supported$/],
      [
        "debug_traceCall",
        [{}, "0x1", { txIndex: "0x7" }],
        -32000,
        /^transaction index 7 out of range for block 0x/,
      ],
      [
        "debug_traceCall",
        [{ to: counter, gas: "0x1" }, "latest"],
        -32000,
        /^tracing failed: intrinsic gas too low/,
      ],
      ["debug_traceCall", [{}, "0x99"], -32000, /^header not found$/],
    ];
    for (const [method, params, code, message] of cases) {
      const error = await rpc.error(method, ...params);
      assert.equal(error[0], code, `${method}: ${error[1]}`);
      assert.match(error[1], message);
    }
  });

  it("takes a block of RLP only on a parent that is in the chain", async () => {
    const raw = await rpc.result<string>("debug_getRawBlock", "0x2");
    const { parentHash } = await rpc.result<{ parentHash: string }>("eth_getBlockByNumber", "0x2", false);
    const strange = raw.replace(parentHash.slice(2), "ab".repeat(32));
    const [code, message] = await rpc.error("debug_traceBlock", strange, { tracer: "callTracer" });
    assert.deepEqual([code, message], [-32000, `parent 0x${"ab".repeat(32)} not found`]);
  });

  function traced(tracer: string, tracerConfig: object) {
    return { tracer, tracerConfig };
  }
});
