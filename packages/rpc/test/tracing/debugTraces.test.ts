import assert from "node:assert/strict";
import { traceeOnTwin } from "../support/traceeRun.js";

interface StructLog {
  readonly pc: number;
  readonly op: string;
  readonly gas: number;
  readonly gasCost: number;
  readonly depth: number;
  readonly stack: readonly string[];
  readonly memory?: readonly string[];
  readonly storage?: Readonly<Record<string, string>>;
  readonly returnData?: string;
  readonly error?: string;
}

interface StructTrace {
  readonly gas: number;
  readonly failed: boolean;
  readonly returnValue: string;
  readonly structLogs: readonly StructLog[];
}

interface Call {
  readonly type: string;
  readonly from: string;
  readonly to?: string;
  readonly gas?: string;
  readonly value?: string;
  readonly error?: string;
  readonly revertReason?: string;
  readonly calls?: readonly Call[];
  readonly logs?: readonly { readonly index: string; readonly position: string }[];
}

type Prestate = Readonly<Record<string, { readonly nonce?: number; readonly storage?: object }>>;

/** Words of ours, which are geth's, for anvil's own. */
const WORDS: Readonly<Record<string, string>> = {
  StateChangeDuringStaticCall: "write protection",
  CreateContractStartingWithEF: "invalid code: must not begin with 0xef",
  "precompiled failed": "invalid input length",
  "code out of gas": "contract creation code storage out of gas",
};

describe("debug_trace* beside anvil's on the same transactions", () => {
  const play = traceeOnTwin();
  const { hashOf, ours } = play;

  it("executed every scene with the same gas and outcome", async () => {
    for (const [scene, hash] of play.run.hashes) {
      const [ours, theirs] = await both<{ status: string; gasUsed: string }>(
        "eth_getTransactionReceipt",
        hash,
      );
      assert.deepEqual([ours.status, ours.gasUsed], [theirs.status, theirs.gasUsed], scene);
    }
  });

  it("log the same steps: pc, gas, cost, depth, stack, memory and return data", async () => {
    const options = { enableMemory: true, enableReturnData: true };
    for (const [scene, hash] of play.run.hashes) {
      const [ours, theirs] = await both<StructTrace>("debug_traceTransaction", hash, options);
      assert.equal(ours.gas, theirs.gas, scene);
      assert.equal(ours.failed, theirs.failed, scene);
      assert.equal(ours.returnValue, theirs.returnValue, scene);
      assert.equal(ours.structLogs.length, theirs.structLogs.length, scene);
      for (const [i, step] of ours.structLogs.entries()) {
        assert.deepEqual(comparable(step), comparable(theirs.structLogs[i]), `${scene} step ${i}`);
      }
    }
  });

  it("name the step that could not be paid for, and only that", async () => {
    const trace = await ours<StructTrace>("debug_traceTransaction", hashOf("oog"));
    const failed = trace.structLogs.filter(({ error }) => error !== undefined);
    assert.deepEqual(
      failed.map(({ op, error }) => [op, error]),
      [["SSTORE", "out of gas: not enough gas for reentrancy sentry"]],
    );
    const reverted = await ours<StructTrace>("debug_traceTransaction", hashOf("failLate"));
    assert.ok(reverted.structLogs.every(({ error }) => error === undefined));
  });

  it("show storage as a contract's slots come up, and leave out what is not wanted", async () => {
    const { structLogs } = await ours<StructTrace>("debug_traceTransaction", hashOf("calls"));
    const slots = structLogs.filter(({ storage }) => storage !== undefined);
    assert.ok(slots.length > 0 && slots.every(({ op }) => op === "SLOAD" || op === "SSTORE"));
    assert.deepEqual(slots[0]?.storage, { [`0x${"0".repeat(64)}`]: `0x${"0".repeat(63)}5` });
    const bare = await ours<StructTrace>("debug_traceTransaction", hashOf("calls"), {
      disableStack: true,
      disableStorage: true,
    });
    const fields = new Set(bare.structLogs.flatMap(Object.keys));
    assert.deepEqual([...fields].sort(), ["depth", "gas", "gasCost", "op", "pc", "refund"]);
    const limited = await ours<StructTrace>("debug_traceTransaction", hashOf("calls"), { limit: 500 });
    assert.ok(limited.structLogs.length > 0 && limited.structLogs.length < 10);
  });

  it("callTracer: the same frames", async () => {
    for (const [scene, hash] of play.run.hashes) {
      const [ours, theirs] = await both<Call>("debug_traceTransaction", hash, { tracer: "callTracer" });
      // geth's first frame has the gas of the transaction, anvil's what was left of it.
      const { gas } = await rpcTransaction(hash);
      assert.equal(ours.gas, gas, scene);
      assert.deepEqual({ ...ours, gas: null }, { ...inOurWords(theirs), gas: null }, scene);
    }
  });

  it("callTracer: refused calls, reasons of reverts, and logs but those that are gone", async () => {
    const config = { tracer: "callTracer", tracerConfig: { withLog: true } };
    const failures = await ours<Call>("debug_traceTransaction", hashOf("failures"), config);
    const errors = failures.calls?.map(({ type, error, calls }) => [type, error ?? calls?.[0]?.error]);
    assert.deepEqual(errors, [
      ["CALL", "out of gas: not enough gas for reentrancy sentry"],
      ["CALL", "insufficient balance for transfer"],
      ["CREATE", "insufficient balance for transfer"],
      ["CALL", "invalid opcode: INVALID"],
      ["STATICCALL", "write protection"],
      ["CALL", "execution reverted"],
      ["CALL", "execution reverted"],
      ["CALL", "invalid code: must not begin with 0xef"],
      ["CALL", "invalid jump destination"],
      ["CALL", undefined],
      ["CALL", "contract creation code storage out of gas"],
    ]);
    assert.equal(failures.calls?.[5]?.revertReason, "division or modulo by zero");
    const late = await ours<Call>("debug_traceTransaction", hashOf("failLate"), config);
    assert.deepEqual([late.error, late.revertReason, late.logs], ["execution reverted", "late", undefined]);
    assert.deepEqual(
      late.calls?.map(({ logs }) => logs),
      [undefined],
    );
    const calls = await ours<Call>("debug_traceTransaction", hashOf("calls"), config);
    const indices = (call: Call): readonly string[] => [
      ...(call.calls ?? []).flatMap(indices),
      ...(call.logs ?? []).map(({ index }) => index),
    ];
    // One log failed with its frame: its number goes to the next.
    assert.deepEqual([...indices(calls)].sort(), ["0x0", "0x1", "0x2", "0x3", "0x4"]);
    assert.deepEqual(
      calls.logs?.map(({ position }) => position),
      ["0x2", "0x6"],
    );
    const top = await ours<Call>("debug_traceTransaction", hashOf("calls"), {
      tracer: "callTracer",
      tracerConfig: { withLog: true, onlyTopCall: true },
    });
    assert.deepEqual([top.calls, top.logs?.length], [undefined, 2]);
  });

  it("prestateTracer: the same storage, nonces and code, and what changed of them", async () => {
    for (const diffMode of [false, true]) {
      for (const [scene, hash] of play.run.hashes) {
        const config = { tracer: "prestateTracer", tracerConfig: { diffMode } };
        const [ours, theirs] = await both<Prestate>("debug_traceTransaction", hash, config);
        assert.deepEqual(withoutFees(ours), withoutFees(theirs), `${scene}, diffMode ${diffMode}`);
      }
    }
  });

  it("prestateTracer: the sender's balance before, and after by what was paid", async () => {
    const config = { tracer: "prestateTracer", tracerConfig: { diffMode: true } };
    type Diff = Record<"pre" | "post", Record<string, { balance: string; nonce: number }>>;
    const { pre, post } = await ours<Diff>("debug_traceTransaction", hashOf("transfer"), config);
    const sender = play.twin.sender.address.toLowerCase();
    const receipt = await ours<{ gasUsed: string; effectiveGasPrice: string }>(
      "eth_getTransactionReceipt",
      hashOf("transfer"),
    );
    const fee = BigInt(receipt.gasUsed) * BigInt(receipt.effectiveGasPrice);
    assert.equal(BigInt(pre[sender]?.balance ?? 0) - BigInt(post[sender]?.balance ?? 0), fee + 1n);
    assert.deepEqual([pre[sender]?.nonce, post[sender]?.nonce], [10, 11]);
  });

  it("4byteTracer and muxTracer: the same counts, precompiles left out", async () => {
    for (const [scene, hash] of play.run.hashes) {
      const config = { tracer: "muxTracer", tracerConfig: { "4byteTracer": {}, noopTracer: null } };
      const mixed = await ours<Record<string, object>>("debug_traceTransaction", hash, config);
      const theirs = await play.twin.anvil.result<object>("debug_traceTransaction", hash, {
        tracer: "4byteTracer",
      });
      const selectors = Object.entries(theirs).filter(([key]) => !/^0x(31323334|636f7069)/.test(key));
      assert.deepEqual(mixed, { "4byteTracer": Object.fromEntries(selectors), noopTracer: {} }, scene);
    }
  });

  it("blocks answer what their transactions do, by number, by hash and as RLP", async () => {
    const config = { tracer: "callTracer" };
    for (const [i, [scene, hash]] of [...play.run.hashes].entries()) {
      const height = `0x${(i + 1).toString(16)}`;
      const { hash: blockHash } = await ours<{ hash: string }>("eth_getBlockByNumber", height, false);
      const result = await ours("debug_traceTransaction", hash, config);
      const expected = [{ txHash: hash, result }];
      assert.deepEqual(await ours("debug_traceBlockByNumber", height, config), expected, scene);
      assert.deepEqual(await ours("debug_traceBlockByHash", blockHash, config), expected, scene);
      const rlp = await ours<string>("debug_getRawBlock", height);
      assert.deepEqual(await ours("debug_traceBlock", rlp, config), expected, scene);
      const roots = await ours<string[]>("debug_intermediateRoots", blockHash);
      assert.equal(roots.length, 1);
    }
  });

  it("debug_traceCall: on a block, before a transaction of one, with overrides", async () => {
    const transaction = await rpcTransaction(hashOf("deep"));
    const request = {
      from: transaction.from,
      to: play.run.tracee,
      input: transaction.input,
      gas: transaction.gas,
    };
    const mined = await ours<StructTrace>("debug_traceTransaction", hashOf("deep"));
    const again = await ours<StructTrace>("debug_traceCall", request, "0x8", { txIndex: "0x0" });
    assert.deepEqual(again, mined);
    const onHead = await ours<StructTrace>("debug_traceCall", request, "latest");
    assert.equal(onHead.structLogs.length, mined.structLogs.length);
    const overrides = { stateOverrides: { [play.run.tracee]: { code: "0x602a5f5260205ff3" } } };
    const replaced = await ours<StructTrace>("debug_traceCall", request, "latest", overrides);
    assert.equal(replaced.returnValue, `0x${"0".repeat(62)}2a`);
    assert.deepEqual(
      replaced.structLogs.map(({ op }) => op),
      ["PUSH1", "PUSH0", "MSTORE", "PUSH1", "PUSH0", "RETURN"],
    );
    const number = { ...overrides, blockOverrides: { number: "0x99" } };
    number.stateOverrides = { [play.run.tracee]: { code: "0x435f5260205ff3" } };
    const later = await ours<StructTrace>("debug_traceCall", request, "latest", number);
    assert.equal(later.returnValue, `0x${"0".repeat(62)}99`);
  });

  it("say in geth's words why code cannot go on, and where", async () => {
    for (const [code, error, shown] of [
      ["0x600101", "stack underflow (1 <=> 2)", true],
      ["0x5f5f92", "stack underflow (2 <=> 4)", true],
      ["0x5f5ff1", "stack underflow (2 <=> 7)", true],
      ["0x5ffd", "stack underflow (1 <=> 2)", true],
      // Memory that nobody paid for is not read.
      ["0x5f195ffd", "gas uint64 overflow", true],
      ["0x630fffffff5ffd", "out of gas", true],
      ["0x60055660005b630fffffff5ffd", "out of gas", true],
      ["0x5b5f600056", "stack limit reached 1024 (1023)", true],
      ["0x0c", "invalid opcode: opcode 0xc not defined", false],
      ["0xfe", "invalid opcode: INVALID", false],
      ["0x600356", "invalid jump destination", false],
      ["0x60015f5f3e", "return data out of bounds", false],
      ["0x63ffffffff51", "out of gas", true],
      ["0x64ffffffffff51", "out of gas: gas uint64 overflow", true],
      ["0x5f1951", "gas uint64 overflow", true],
      // Undefined also where the code has jumped before.
      ["0x6003565b0c", "invalid opcode: opcode 0xc not defined", false],
    ] as const) {
      const overrides = { stateOverrides: { [play.run.tracee]: { code } } };
      const request = { to: play.run.tracee, gas: "0x30d40" };
      const call = await ours<Call>("debug_traceCall", request, "latest", {
        ...overrides,
        tracer: "callTracer",
      });
      assert.equal(call.error, error, code);
      const { structLogs } = await ours<StructTrace>("debug_traceCall", request, "latest", {
        ...overrides,
        tracer: null,
        enableMemory: null,
      });
      const last = structLogs.at(-1);
      assert.equal(last?.error, shown ? error : undefined, code);
      assert.ok(Number.isSafeInteger(last?.gasCost), code);
      if (error.startsWith("invalid opcode")) assert.equal(`invalid opcode: ${last?.op}`, error);
    }
  });

  async function both<T>(method: string, ...params: readonly unknown[]): Promise<[T, T]> {
    return [
      await play.twin.ours.result<T>(method, ...params),
      await play.twin.anvil.result<T>(method, ...params),
    ];
  }

  function rpcTransaction(hash: string) {
    return ours<{ from: string; gas: string; input: string }>("eth_getTransactionByHash", hash);
  }

  /** The chains differ in who gets fees and what they are. */
  function withoutFees(state: object): unknown {
    if (!("pre" in state && "post" in state)) return accounts(state as Prestate);
    return { pre: accounts(state.pre as Prestate), post: accounts(state.post as Prestate) };
  }

  function accounts(state: Prestate): unknown {
    const entries = Object.entries(state).flatMap(([address, { nonce, storage, ...rest }]) => {
      const code = "code" in rest ? rest.code : undefined;
      // anvil lists slots of contracts that were not there yet.
      const slots = Object.entries(storage ?? {}).filter(([, value]) => BigInt(value) !== 0n);
      const fields = { nonce, code, storage: Object.fromEntries(slots) };
      const empty = !nonce && code === undefined && slots.length === 0;
      return empty ? [] : [[address, fields] as const];
    });
    return Object.fromEntries(entries);
  }
});

function comparable(step: StructLog | undefined) {
  if (step === undefined) return null;
  const { pc, op, gas, gasCost, depth, stack, memory, returnData } = step;
  // anvil adds what a creation hands on to its cost, geth does not.
  const cost = op.startsWith("CREATE") ? null : gasCost;
  return { pc, op, gas, cost, depth, stack, memory: memory ?? [], returnData: returnData ?? "0x" };
}

function inOurWords(call: Call): Call {
  const { type, calls } = call;
  const error = call.error === undefined ? undefined : (WORDS[call.error] ?? call.error);
  return {
    ...call,
    ...(error === undefined ? {} : { error: type === "CREATE" ? (WORDS[`code ${error}`] ?? error) : error }),
    ...(calls === undefined ? {} : { calls: calls.map(inOurWords) }),
  };
}
