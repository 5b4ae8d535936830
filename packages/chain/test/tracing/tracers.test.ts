import assert from "node:assert/strict";
import { type Address, fromHex, type Hash, type Hex } from "@causeway/protocol/hex";
import { isChainError } from "../../src/chainError.js";
import { EMPTY_CODE_HASH } from "../../src/rules/senderCode.js";
import { CallTracer } from "../../src/tracing/callTracer.js";
import { FlatCallTracer } from "../../src/tracing/flatCallTracer.js";
import { FourByteTracer } from "../../src/tracing/fourByteTracer.js";
import { MuxTracer } from "../../src/tracing/muxTracer.js";
import { NoopTracer } from "../../src/tracing/noopTracer.js";
import type { Frame, FrameEnd, LiveState, Step } from "../../src/tracing/observer.js";
import { ParityTracer } from "../../src/tracing/parityTracer.js";
import { PrestateTracer } from "../../src/tracing/prestateTracer.js";
import { StateDiffTracer } from "../../src/tracing/stateDiffTracer.js";
import { StructLogTracer } from "../../src/tracing/structLogTracer.js";
import { TraceBudget } from "../../src/tracing/traceBudget.js";
import type { Tracer, TraceStart } from "../../src/tracing/tracer.js";

const address = (n: number): Address => `0x${n.toString(16).padStart(40, "0")}`;
const word = (n: number): Hash => `0x${n.toString(16).padStart(64, "0")}`;
const [SENDER, CONTRACT, OTHER, COINBASE] = [address(0xa), address(0xc), address(0xd), address(0xf)];
const EMPTY = new Uint8Array();

/** A state that a test changes by hand. */
class State implements LiveState {
  readonly accounts = new Map<Address, { balance: bigint; nonce: bigint; code: Hex }>();
  readonly slots = new Map<string, Hash>();

  async account(address: Address) {
    const { balance = 0n, nonce = 0n, code = "0x" } = this.accounts.get(address) ?? {};
    const codeHash = code === "0x" ? EMPTY_CODE_HASH : word(code.length);
    return { balance, nonce, codeHash, exists: this.accounts.has(address) };
  }

  async code(address: Address): Promise<Hex> {
    return this.accounts.get(address)?.code ?? "0x";
  }

  async storage(address: Address, slot: Hash): Promise<Hash> {
    return this.slots.get(address + slot) ?? word(0);
  }
}

function start(state: LiveState, fields: Partial<TraceStart> = {}): TraceStart {
  return {
    ...{ hash: word(1), index: 2, blockNumber: 3, blockHash: word(4), coinbase: COINBASE },
    ...{ from: SENDER, to: CONTRACT, gas: 100_000n, authorities: [], firstLogIndex: 7, state },
    ...fields,
  };
}

function frame(kind: Frame["kind"], depth: number, fields: Partial<Frame> = {}): Frame {
  const value = kind === "STATICCALL" ? null : 0n;
  return {
    kind,
    depth,
    from: SENDER,
    to: CONTRACT,
    precompile: false,
    gas: 50_000n,
    value,
    input: EMPTY,
    ...fields,
  };
}

function end(depth: number, fields: Partial<FrameEnd> = {}): FrameEnd {
  return { depth, gasUsed: 10n, output: EMPTY, error: null, created: null, ...fields };
}

function step(op: string, fields: Partial<Step> = {}): Step {
  return {
    ...{
      pc: 0,
      opcode: op === "SLOAD" ? 0x54 : op === "SSTORE" ? 0x55 : 1,
      op,
      gas: 100n,
      cost: 3n,
      depth: 1,
    },
    ...{ refund: 0n, address: CONTRACT, codeAddress: CONTRACT, stack: [], memory: EMPTY, returnData: EMPTY },
    ...fields,
  };
}

const budget = () => new TraceBudget(1_000_000);

/** The transaction's own frame around what `inside` tells. */
async function trace(
  tracer: Tracer,
  inside: () => void | Promise<void>,
  {
    ended = end(0),
    state = new State(),
    from = {},
  }: { ended?: FrameEnd; state?: State; from?: Partial<TraceStart> } = {},
) {
  await tracer.begin?.(start(state, from));
  tracer.enter?.(frame("CALL", 0));
  await inside();
  tracer.exit?.(ended);
  await tracer.end?.({ gasUsed: 21_010n });
  return tracer.result();
}

describe("structLog tracer", () => {
  it("writes geth's entries: lists only where there is something, refund and storage where they are", async () => {
    const tracer = new StructLogTracer({ enableMemory: true, enableReturnData: true }, budget());
    const state = new State();
    state.slots.set(CONTRACT + word(1), word(9));
    const result = await trace(
      tracer,
      async () => {
        await tracer.step(step("PUSH1"));
        await tracer.step(step("SLOAD", { stack: [1n], memory: new Uint8Array(40).fill(1) }));
        await tracer.step(
          step("SSTORE", { stack: [5n, 2n], refund: 4_800n, returnData: Uint8Array.of(0xab) }),
        );
      },
      { state, ended: end(0, { output: Uint8Array.of(1) }) },
    );
    const entry = { pc: 0, gas: 100, gasCost: 3, depth: 1 };
    const ones = `0x${"01".repeat(32)}`;
    assert.deepEqual(result, {
      gas: 21_010,
      failed: false,
      returnValue: "0x01",
      structLogs: [
        { ...entry, op: "PUSH1", stack: [] },
        {
          ...{ ...entry, op: "SLOAD", stack: ["0x1"], memory: [ones, `0x${"01".repeat(8).padEnd(64, "0")}`] },
          storage: { [word(1)]: word(9) },
        },
        {
          ...{ ...entry, op: "SSTORE", stack: ["0x5", "0x2"], returnData: "0xab", refund: 4_800 },
          storage: { [word(1)]: word(9), [word(2)]: word(5) },
        },
      ],
    });
  });

  it("writes an error to the step that could not begin, not to one that failed on the way", async () => {
    for (const [error, op, cost, shown] of [
      ["out of gas", "SSTORE", 200n, true],
      ["stack underflow", "ADD", 3n, true],
      ["invalid jump destination", "JUMP", 8n, false],
      ["execution reverted", "REVERT", 0n, false],
      ["out of gas", "RETURN", 0n, false],
    ] as const) {
      const tracer = new StructLogTracer({}, budget());
      const inside = async () => tracer.step(step(op, { cost }));
      const { structLogs, failed } = (await trace(tracer, inside, { ended: end(0, { error }) })) as {
        structLogs: { error?: string }[];
        failed: boolean;
      };
      assert.deepEqual([structLogs[0]?.error, failed], [shown ? error : undefined, true], `${op}: ${error}`);
    }
  });

  it("TraceTooLarge: ends at the bound on its answer", async () => {
    const tracer = new StructLogTracer({}, new TraceBudget(2_000));
    await assert.rejects(
      trace(tracer, async () => {
        for (let i = 0; i < 100; i++) await tracer.step(step("PUSH1", { stack: [1n, 2n, 3n] }));
      }),
      (error) => isChainError(error) && error.code === "TraceTooLarge" && /2000 bytes/.test(error.message),
    );
  });
});

describe("callTracer", () => {
  const reason = fromHex(
    `0x08c379a0${word(32).slice(2)}${word(4).slice(2)}${Buffer.from("late").toString("hex").padEnd(64, "0")}`,
  );

  it("nests frames, names contracts made, and takes the whole transaction's gas at the top", async () => {
    const tracer = new CallTracer({}, budget());
    const result = await trace(tracer, () => {
      tracer.enter(frame("CREATE2", 1, { to: null, input: Uint8Array.of(0x60) }));
      tracer.exit(end(1, { created: OTHER, output: Uint8Array.of(0xfe) }));
      tracer.enter(frame("STATICCALL", 1, { to: OTHER }));
      tracer.exit(end(1, { error: "out of gas" }));
    });
    const inner = { from: SENDER, gas: "0xc350", gasUsed: "0xa" };
    assert.deepEqual(result, {
      ...{
        type: "CALL",
        from: SENDER,
        to: CONTRACT,
        gas: "0x186a0",
        gasUsed: "0x5212",
        input: "0x",
        value: "0x0",
      },
      calls: [
        { ...inner, type: "CREATE2", to: OTHER, input: "0x60", output: "0xfe", value: "0x0" },
        { ...inner, type: "STATICCALL", to: OTHER, input: "0x", error: "out of gas" },
      ],
    });
  });

  it("numbers logs in the block; those of a frame that failed are gone, and their numbers free", async () => {
    const tracer = new CallTracer({ withLog: true }, budget());
    const log = { address: CONTRACT, topics: [], data: "0x" } as const;
    type Logged = { logs?: { index: string; position: string }[]; calls?: Logged[]; revertReason?: string };
    const result = (await trace(tracer, () => {
      tracer.log(log);
      tracer.enter(frame("CALL", 1));
      tracer.log(log);
      tracer.exit(end(1, { error: "execution reverted", output: reason }));
      tracer.log(log);
    })) as Logged;
    assert.deepEqual(
      result.logs?.map(({ index, position }) => [index, position]),
      [
        ["0x7", "0x0"],
        ["0x8", "0x1"],
      ],
    );
    assert.deepEqual([result.calls?.[0]?.logs, result.calls?.[0]?.revertReason], [undefined, "late"]);
  });

  it("onlyTopCall leaves the rest out", async () => {
    const tracer = new CallTracer({ onlyTopCall: true, withLog: true }, budget());
    const log = { address: CONTRACT, topics: [], data: "0x" } as const;
    const result = (await trace(tracer, () => {
      tracer.enter(frame("CALL", 1));
      tracer.log(log);
      tracer.exit(end(1));
      tracer.log(log);
    })) as { calls?: unknown; logs?: unknown[] };
    assert.deepEqual([result.calls, result.logs?.length], [undefined, 1]);
  });
});

describe("flatCallTracer and Parity's frames", () => {
  function inside(tracer: FlatCallTracer | ParityTracer) {
    return () => {
      tracer.enter(frame("STATICCALL", 1, { to: address(2), precompile: true }));
      tracer.exit(end(1));
      tracer.enter(frame("CALL", 1, { to: address(1), precompile: true, value: 1n }));
      tracer.exit(end(1, { error: "invalid input length" }));
      tracer.enter(frame("CALL", 1, { to: OTHER }));
      tracer.enter(frame("SELFDESTRUCT", 2, { from: OTHER, to: SENDER, value: 3n }));
      tracer.exit(end(2));
      tracer.exit(end(1, { error: "execution reverted" }));
    };
  }

  const shape = (result: unknown) =>
    (result as { type: string; traceAddress: number[]; subtraces: number; error?: string }[]).map(
      ({ type, traceAddress, subtraces, error }) => [type, traceAddress.join("."), subtraces, error],
    );

  it("flatCallTracer: leaves precompiles out, has place and whole gas, keeps geth's words unless asked", async () => {
    const plain = new FlatCallTracer({}, budget());
    const result = await trace(plain, inside(plain));
    assert.deepEqual(shape(result), [
      ["call", "", 1, undefined],
      ["call", "0", 1, "execution reverted"],
      ["suicide", "0.0", 0, undefined],
    ]);
    const [first] = result as { action: { gas: string }; transactionPosition: number; blockNumber: number }[];
    assert.deepEqual([first?.action.gas, first?.transactionPosition, first?.blockNumber], ["0x186a0", 2, 3]);
    const full = new FlatCallTracer({ convertParityErrors: true, includePrecompiles: true }, budget());
    assert.deepEqual(
      shape(await trace(full, inside(full))).map(([, , , error]) => error),
      [undefined, undefined, "Built-in failed", "Reverted", undefined],
    );
  });

  it("Parity: shows calls to precompiles with value only, frames' own gas, null for no result", async () => {
    const tracer = new ParityTracer(budget());
    await trace(tracer, inside(tracer));
    const traces = tracer.traces({ blockNumber: 3 });
    assert.deepEqual(shape(traces), [
      ["call", "", 2, undefined],
      ["call", "0", 0, "Built-in failed"],
      ["call", "1", 1, "Reverted"],
      ["suicide", "1.0", 0, undefined],
    ]);
    assert.deepEqual(
      traces.map(({ result }) => result === null),
      [false, true, false, true],
    );
    assert.deepEqual(
      traces.slice(0, 1).map(({ action }) => (action as { readonly gas: string }).gas),
      ["0xc350"],
    );
  });
});

describe("4byteTracer, noopTracer, muxTracer", () => {
  it("count selectors by size, without precompiles and creations; answer side by side", async () => {
    const tracer = new MuxTracer(
      new Map<string, Tracer>([
        ["4byteTracer", new FourByteTracer(budget())],
        ["noopTracer", new NoopTracer()],
      ]),
    );
    const input = fromHex(`0x11223344${"00".repeat(32)}`);
    const result = await trace(tracer, () => {
      for (const fields of [{}, {}, { precompile: true }]) {
        tracer.enter(frame("DELEGATECALL", 1, { input, ...fields }));
        tracer.exit(end(1));
      }
      tracer.enter(frame("CREATE", 1, { input }));
      tracer.exit(end(1));
    });
    assert.deepEqual(result, { "4byteTracer": { "0x11223344-32": 2 }, noopTracer: {} });
    assert.equal(tracer.step, undefined);
  });
});

describe("prestateTracer and stateDiff", () => {
  /** The contract moves 5 from slot 1 to slot 2, pays OTHER, who was not there, and asks what nobody has. */
  async function transfer(tracer: PrestateTracer | StateDiffTracer) {
    const state = new State();
    state.accounts.set(SENDER, { balance: 1_000n, nonce: 4n, code: "0x" });
    state.accounts.set(CONTRACT, { balance: 10n, nonce: 1n, code: "0x6001" });
    state.slots.set(CONTRACT + word(1), word(5));
    await tracer.begin(start(state));
    state.accounts.set(SENDER, { balance: 0n, nonce: 5n, code: "0x" });
    await tracer.step(step("SSTORE", { stack: [0n, 1n] }));
    state.slots.set(CONTRACT + word(1), word(0));
    await tracer.step(step("SSTORE", { stack: [5n, 2n] }));
    state.slots.set(CONTRACT + word(2), word(5));
    await tracer.step(step("SLOAD", { stack: [3n] }));
    await tracer.step(step("CALL", { stack: [0n, 0n, 0n, 0n, 1n, BigInt(OTHER), 1n] }));
    state.accounts.set(OTHER, { balance: 1n, nonce: 0n, code: "0x" });
    await tracer.step(step("BALANCE", { stack: [0xeeen] }));
    await tracer.end();
    return tracer.result();
  }
  const codeHash = word("0x6001".length);

  it("shows what was there before the sender paid, as far as it was touched", async () => {
    assert.deepEqual(await transfer(new PrestateTracer({}, budget())), {
      [SENDER]: { balance: "0x3e8", nonce: 4 },
      [CONTRACT]: {
        ...{ balance: "0xa", nonce: 1, code: "0x6001", codeHash },
        storage: { [word(1)]: word(5), [word(2)]: word(0), [word(3)]: word(0) },
      },
    });
    const bare = new PrestateTracer(
      { disableCode: true, disableStorage: true, includeEmpty: true },
      budget(),
    );
    assert.deepEqual(await transfer(bare), {
      [SENDER]: { balance: "0x3e8", nonce: 4 },
      [CONTRACT]: { balance: "0xa", nonce: 1, codeHash },
      [COINBASE]: { balance: "0x0" },
      [OTHER]: { balance: "0x0" },
      [address(0xeee)]: { balance: "0x0" },
    });
  });

  it("diffMode: only what changed, before and after", async () => {
    assert.deepEqual(await transfer(new PrestateTracer({ diffMode: true }, budget())), {
      pre: {
        [SENDER]: { balance: "0x3e8", nonce: 4 },
        [CONTRACT]: {
          ...{ balance: "0xa", nonce: 1, code: "0x6001", codeHash },
          storage: { [word(1)]: word(5) },
        },
      },
      post: {
        [SENDER]: { balance: "0x0", nonce: 5 },
        [CONTRACT]: { storage: { [word(2)]: word(5) } },
        [OTHER]: { balance: "0x1" },
      },
    });
  });

  it("show what a transaction destroyed as what was, and no more", async () => {
    for (const [tracer, expected] of [
      [
        new PrestateTracer({ diffMode: true }, budget()),
        { pre: { [CONTRACT]: { balance: "0xa", nonce: 1, code: "0x6001", codeHash } }, post: {} },
      ],
      [
        new StateDiffTracer(budget()),
        {
          [CONTRACT]: {
            ...{ balance: { "-": "0xa" }, code: { "-": "0x6001" }, nonce: { "-": "0x1" } },
            storage: {},
          },
        },
      ],
    ] as const) {
      const state = new State();
      state.accounts.set(CONTRACT, { balance: 10n, nonce: 1n, code: "0x6001" });
      await tracer.begin(start(state));
      await tracer.step(step("SELFDESTRUCT", { stack: [BigInt(SENDER)] }));
      state.accounts.delete(CONTRACT);
      await tracer.end();
      assert.deepEqual(tracer.result(), expected);
    }
  });

  it("stateDiff: Parity's signs", async () => {
    assert.deepEqual(await transfer(new StateDiffTracer(budget())), {
      [SENDER]: {
        balance: { "*": { from: "0x3e8", to: "0x0" } },
        code: "=",
        nonce: { "*": { from: "0x4", to: "0x5" } },
        storage: {},
      },
      [CONTRACT]: {
        ...{ balance: "=", code: "=", nonce: "=" },
        storage: {
          [word(1)]: { "*": { from: word(5), to: word(0) } },
          [word(2)]: { "*": { from: word(0), to: word(5) } },
        },
      },
      [OTHER]: { balance: { "+": "0x1" }, code: { "+": "0x" }, nonce: { "+": "0x0" }, storage: {} },
    });
  });

  it("touch delegates, authorities and contracts about to be made", async () => {
    const tracer = new PrestateTracer({ includeEmpty: true }, budget());
    const state = new State();
    state.accounts.set(CONTRACT, { balance: 0n, nonce: 1n, code: `0xef0100${OTHER.slice(2)}` });
    await tracer.begin(start(state, { authorities: [address(0xb)] }));
    const salt = word(0);
    await tracer.step(step("CREATE2", { stack: [BigInt(salt), 0n, 0n, 0n] }));
    await tracer.end();
    // EIP-1014's address of no init code from CONTRACT with salt 0, computed by ethers.
    const { getCreate2Address, keccak256 } = await import("ethers");
    const made = getCreate2Address(CONTRACT, salt, keccak256("0x")).toLowerCase();
    const touched = Object.keys(tracer.result() as object).sort();
    assert.deepEqual(touched, [SENDER, CONTRACT, OTHER, COINBASE, address(0xb), made].sort());
  });
});
