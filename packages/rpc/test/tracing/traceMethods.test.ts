import assert from "node:assert/strict";
import { encodeRlp, type RlpStructuredData, toQuantity, ZeroAddress } from "ethers";
import { traceeOnTwin } from "../support/traceeRun.js";

interface Trace {
  readonly action: Readonly<Record<string, string>>;
  readonly result: Readonly<Record<string, string>> | null;
  readonly error?: string;
  readonly subtraces: number;
  readonly traceAddress: readonly number[];
  readonly type: string;
  readonly blockHash?: string;
}

interface Operation {
  readonly pc: number;
  readonly op: string;
  readonly cost: number;
  readonly ex: {
    readonly mem: object | null;
    readonly push: readonly string[];
    readonly used: number;
  } | null;
  readonly sub: VmTrace | null;
}

interface VmTrace {
  readonly code: string;
  readonly ops: readonly Operation[];
}

interface Replay {
  readonly output: string;
  readonly trace: readonly Trace[];
  readonly stateDiff: Readonly<Record<string, Readonly<Record<string, unknown>>>> | null;
  readonly vmTrace: VmTrace | null;
}

describe("trace_* beside anvil's on the same transactions", () => {
  const play = traceeOnTwin();
  const { hashOf, ours } = play;

  it("trace_transaction: the same frames, places and words", async () => {
    for (const [scene, hash] of play.run.hashes) {
      const mine = await ours<Trace[]>("trace_transaction", hash);
      const theirs = await play.twin.anvil.result<Trace[]>("trace_transaction", hash);
      assert.deepEqual(mine.map(comparable), withoutPrecompiles(theirs).map(comparable), scene);
    }
    assert.equal(await ours("trace_transaction", `0x${"00".repeat(32)}`), null);
  });

  it("trace_block and trace_get: frames with their block, one frame by its address", async () => {
    const traces = await ours<Trace[]>("trace_transaction", hashOf("make"));
    assert.deepEqual(await ours("trace_block", "0x2"), traces);
    const { hash } = await ours<{ hash: string }>("eth_getBlockByNumber", "0x2", false);
    assert.ok(traces.every(({ blockHash }) => blockHash === hash));
    assert.deepEqual(await ours("trace_get", hashOf("make"), []), traces[0]);
    assert.deepEqual(await ours("trace_get", hashOf("make"), ["0x3", "0x0"]), traces.at(-1));
    assert.equal(traces.at(-1)?.type, "suicide");
    assert.equal(await ours("trace_get", hashOf("make"), [9]), null);
    assert.equal(await ours("trace_block", "0x99"), null);
    assert.deepEqual(await ours("trace_block", "earliest"), []);
  });

  it("shows calls to precompiles where they move money, and what failed in Parity's words", async () => {
    const precompiles = await ours<Trace[]>("trace_transaction", hashOf("precompiles"));
    assert.deepEqual(
      precompiles.map(({ action, subtraces }) => [action.to, subtraces]),
      [
        [play.run.tracee, 1],
        [`0x${"1".padStart(40, "0")}`, 0],
      ],
    );
    const failures = await ours<Trace[]>("trace_transaction", hashOf("failures"));
    const words = new Set(failures.map(({ error }) => error));
    for (const word of ["Out of gas", "Reverted", "Bad instruction", "Mutable Call In Static Context"]) {
      assert.ok(words.has(word), word);
    }
  });

  it("trace_filter: by addresses, one kind or both, in pages", async () => {
    const range = { fromBlock: "0x1", toBlock: "0x7" };
    const all = await ours<Trace[]>("trace_filter", range);
    const theirs = await play.twin.anvil.result<Trace[]>("trace_filter", range);
    assert.deepEqual(all.map(comparable), withoutPrecompiles(theirs).map(comparable));
    const sender = play.twin.sender.address.toLowerCase();
    const sent = await ours<Trace[]>("trace_filter", { ...range, fromAddress: [sender] });
    assert.deepEqual(
      sent,
      all.filter(({ traceAddress }) => traceAddress.length === 0),
    );
    const union = { ...range, fromAddress: [play.run.tracee], toAddress: [sender] };
    const either = await ours<Trace[]>("trace_filter", union);
    const both = await ours<Trace[]>("trace_filter", { ...union, mode: "intersection" });
    const isTo = ({ action }: Trace) => action.to === sender || action.refundAddress === sender;
    const isFrom = ({ action }: Trace) =>
      action.from === play.run.tracee || action.address === play.run.tracee;
    assert.deepEqual(
      either,
      all.filter((trace) => isTo(trace) || isFrom(trace)),
    );
    assert.deepEqual(
      both,
      all.filter((trace) => isTo(trace) && isFrom(trace)),
    );
    assert.ok(either.length > both.length);
    assert.deepEqual(await ours("trace_filter", { ...range, after: 2, count: 3 }), all.slice(2, 5));
  });

  it("trace_replayTransaction: trace, stateDiff and vmTrace as asked for", async () => {
    const parts = ["trace", "stateDiff", "vmTrace"];
    for (const [scene, hash] of play.run.hashes) {
      const replay = await ours<Replay>("trace_replayTransaction", hash, parts);
      const traces = await ours<Trace[]>("trace_transaction", hash);
      assert.deepEqual(replay.trace.map(comparable), traces.map(comparable), scene);
      const steps = await ours<{ structLogs: { pc: number; gasCost: number }[] }>(
        "debug_traceTransaction",
        hash,
      );
      const operations = replay.vmTrace === null ? [] : flat(replay.vmTrace);
      assert.deepEqual(
        operations.map(({ pc, cost }) => [pc, cost]),
        steps.structLogs.map(({ pc, gasCost }) => [pc, gasCost]),
        scene,
      );
    }
    const block = await ours<(Replay & { transactionHash: string })[]>(
      "trace_replayBlockTransactions",
      "0x2",
      parts,
    );
    const one = await ours<Replay>("trace_replayTransaction", hashOf("make"), parts);
    assert.deepEqual(block, [{ ...one, transactionHash: hashOf("make") }]);
    const bare = await ours<Replay>("trace_replayTransaction", hashOf("make"), []);
    assert.deepEqual(bare, { output: "0x", stateDiff: null, trace: [], vmTrace: null });
  });

  it("stateDiff: what was born, what changed, and by how much", async () => {
    const { stateDiff } = await ours<Replay>("trace_replayTransaction", hashOf("make"), ["stateDiff"]);
    const child = await play.twin.ours.result<string>("eth_getStorageAt", play.run.tracee, "0x1", "latest");
    const address = `0x${child.slice(26)}`;
    const code = await ours<string>("eth_getCode", address, "0x2");
    assert.deepEqual(stateDiff?.[address], {
      balance: { "+": "0x5" },
      code: { "+": code },
      nonce: { "+": "0x1" },
      storage: { [slot(0)]: { "+": slot(3) } },
    });
    assert.deepEqual(stateDiff?.[play.run.tracee], {
      balance: { "*": { from: "0x3e8", to: toQuantity(1_000 - 7) } },
      code: "=",
      nonce: { "*": { from: "0x1", to: "0x4" } },
      storage: { [slot(1)]: { "*": { from: slot(0), to: child } } },
    });
    // Made and destroyed in the same transaction: it never was.
    assert.equal(Object.keys(stateDiff ?? {}).length, 5);
    const failed = await ours<Replay>("trace_replayTransaction", hashOf("failLate"), ["stateDiff"]);
    assert.equal(failed.stateDiff?.[play.run.tracee], undefined);
  });

  it("vmTrace: what operations push, write and leave of the gas", async () => {
    const code = "0x602a5f5260205ff3";
    const request = { to: play.run.tracee, gas: "0x7a120" };
    const deployed = { from: ZeroAddress, input: `0x67${code.slice(2)}5f5260086018f3`, gas: "0x7a120" };
    const { vmTrace } = await ours<Replay>("trace_call", deployed, ["vmTrace"], "latest");
    assert.equal(vmTrace?.code, deployed.input);
    const [push, zero, store] = vmTrace?.ops ?? [];
    assert.deepEqual(push?.ex, { mem: null, push: [toQuantity(code)], store: null, used: push?.ex?.used });
    assert.deepEqual([zero?.op, zero?.ex?.push], ["PUSH0", ["0x0"]]);
    const word = `0x${"0".repeat(48)}${code.slice(2)}`;
    assert.deepEqual(store?.ex?.mem, { data: word, off: 0 });
    assert.equal((push?.ex?.used ?? 0) - (zero?.ex?.used ?? 0), zero?.cost);
    const transfer = await ours<Replay>("trace_call", { ...request, to: ZeroAddress }, ["vmTrace"]);
    assert.equal(transfer.vmTrace, null);
  });

  it("trace_callMany: each call on what those before it left; trace_rawTransaction: without sending it", async () => {
    const from = play.twin.sender.address;
    const call = (to: string, value: string) => [{ from, to, value, gas: "0x5208" }, ["trace", "stateDiff"]];
    const heir = `0x${"77".repeat(20)}`;
    const [first, second] = await ours<Replay[]>(
      "trace_callMany",
      [call(heir, "0x5"), call(heir, "0x2")],
      "latest",
    );
    assert.deepEqual(first?.stateDiff?.[heir]?.balance, { "+": "0x5" });
    assert.deepEqual(second?.stateDiff?.[heir]?.balance, { "*": { from: "0x5", to: "0x7" } });
    assert.equal(second?.trace.length, 1);
    const nonce = Number(await ours<string>("eth_getTransactionCount", from, "latest"));
    const raw = await play.twin.sender.signTransaction({
      ...{ type: 2, chainId: 73_311, nonce, to: heir, value: 9n, gasLimit: 21_000n },
      ...{ maxFeePerGas: 10n ** 10n, maxPriorityFeePerGas: 1n },
    });
    const replay = await ours<Replay>("trace_rawTransaction", raw, ["trace", "stateDiff"]);
    assert.deepEqual(replay.stateDiff?.[heir]?.balance, { "+": "0x9" });
    assert.equal(await ours("eth_getBalance", heir, "latest"), "0x0");
  });

  it("says what is wrong with a request", async () => {
    const broke = { from: `0x${"99".repeat(20)}`, to: ZeroAddress, value: "0x1" };
    const cases: [string, readonly unknown[], number, RegExp][] = [
      ["trace_call", [broke, ["trace"]], -32000, /^insufficient funds for (gas \* price \+ value|transfer)/],
      [
        "trace_call",
        [{}, ["traces"]],
        -32602,
        /^invalid argument 1: 0: want one of trace, stateDiff, vmTrace/,
      ],
      ["trace_rawTransaction", ["0x1234", ["trace"]], -32000, /transaction/],
      ["trace_rawTransaction", [listsInLists(9), ["trace"]], -32000, /nested at most 3 lists deep/],
      ["trace_replayTransaction", [slot(9), ["trace"]], -32000, /^transaction not found$/],
      ["trace_filter", [{ fromBlock: "0x5", toBlock: "0x1" }], -32602, /^invalid block range params$/],
      [
        "trace_filter",
        [{ fromAddress: ["0x12"] }],
        -32602,
        /fromAddress.0: hex string has length 2, want 40/,
      ],
      ["trace_get", [slot(9), "0x0"], -32602, /^invalid argument 1/],
      ["trace_block", ["3"], -32602, /^invalid argument 0: hex string without 0x prefix/],
    ];
    for (const [method, params, code, message] of cases) {
      const error = await play.twin.ours.error(method, ...params);
      assert.equal(error[0], code, `${method}: ${error[1]}`);
      assert.match(error[1], message);
    }
  });
});

/** RLP of the empty list, within as many others. */
function listsInLists(depth: number): string {
  return encodeRlp(Array.from({ length: depth }).reduce<RlpStructuredData>((inner) => [inner], []));
}

function slot(value: number): string {
  return `0x${value.toString(16).padStart(64, "0")}`;
}

/** Ours, which are Parity's and geth's, for words of anvil's own. */
const WORDS: Readonly<Record<string, string>> = {
  StateChangeDuringStaticCall: "Mutable Call In Static Context",
  CreateContractStartingWithEF: "invalid code: must not begin with 0xef",
};

function comparable({ action, result, error, subtraces, traceAddress, type }: Trace) {
  const words = error === undefined ? undefined : (WORDS[error] ?? error);
  // anvil names the contract that a reverted creation did not make.
  const { address, ...rest } = result ?? {};
  const outcome = result === null ? null : error === undefined ? { ...rest, address } : rest;
  return { action, result: outcome, error: words, subtraces, traceAddress, type };
}

/** anvil shows all calls to precompiles, Parity those with value. */
function withoutPrecompiles(traces: readonly Trace[]): readonly Trace[] {
  const hidden = traces.filter(({ action }) => /^0x0{38}/.test(action.to ?? "") && action.value === "0x0");
  if (hidden.length === 0) return traces;
  // All of them stand in one frame: its others move up.
  const kept = traces.filter((trace) => !hidden.includes(trace));
  return kept.map((trace) => {
    const [i] = trace.traceAddress;
    const inPlay = trace.blockHash === hidden[0]?.blockHash;
    if (!inPlay) return trace;
    if (i === undefined) return { ...trace, subtraces: trace.subtraces - hidden.length };
    const before = hidden.filter(({ traceAddress }) => (traceAddress[0] ?? 0) < i).length;
    return { ...trace, traceAddress: [i - before, ...trace.traceAddress.slice(1)] };
  });
}

/** Operations in the order they ran. */
function flat({ ops }: VmTrace): Operation[] {
  return ops.flatMap((operation) => [operation, ...(operation.sub === null ? [] : flat(operation.sub))]);
}
