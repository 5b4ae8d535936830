import assert from "node:assert/strict";
import fc from "fast-check";
import { AnvilTwin } from "../support/anvilTwin.js";
import { playTracee } from "../support/traceeRun.js";

const RUNS = 150;
/** Whoever gets fees is there, and warm: on both chains somebody no program names. */
const COINBASE = `0x${"c0".repeat(20)}`;

interface Step {
  readonly pc: number;
  readonly op: string;
  readonly gas: number;
  readonly gasCost: number;
  readonly depth: number;
  readonly stack: readonly string[];
  readonly memory?: readonly string[];
  readonly returnData?: string;
  readonly error?: string;
}

interface Trace {
  readonly gas: number;
  readonly failed: boolean;
  readonly returnValue: string;
  readonly structLogs: readonly Step[];
}

const hex = (value: number, bytes: number) => value.toString(16).padStart(2 * bytes, "0");
/** Not what depends on the block, nor creations, whose cost and empty code anvil counts otherwise than geth. */
const SINGLE = [
  ...[0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15],
  ...[0x16, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1d, 0x1e, 0x20, 0x30, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37],
  ...[0x38, 0x39, 0x3b, 0x3c, 0x3d, 0x3e, 0x3f, 0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59],
  ...[0x5a, 0x5b, 0x5c, 0x5d, 0x5e, 0x5f, 0x80, 0x81, 0x82, 0x90, 0x91, 0xa0, 0xa1, 0xa2, 0xf3, 0xfd, 0xfe],
];
const push1 = fc.integer({ min: 0, max: 255 }).map((value) => `60${hex(value, 1)}`);
const single = fc.constantFrom(...SINGLE).map((opcode) => hex(opcode, 1));

describe("random programs", () => {
  let twin: AnvilTwin;
  let tracee: string;
  before(async () => {
    twin = await AnvilTwin.start();
    await twin.anvil.result("anvil_setCoinbase", COINBASE);
    ({ tracee } = await playTracee(twin));
  });
  after(() => twin.stop());

  it("take the same steps as on anvil, with the same gas, stack, memory and return data", async () => {
    const target = fc.oneof(
      fc.constant(tracee.slice(2)),
      fc.integer({ min: 1, max: 9 }).map((n) => hex(n, 20)),
    );
    const call = fc
      .tuple(fc.constantFrom("f1", "f2", "f4", "fa"), target, fc.integer({ min: 0, max: 100_000 }))
      .map(([opcode, to, gas]) => {
        const value = opcode === "f1" || opcode === "f2" ? "6001" : "";
        return `6020600060206000${value}73${to}62${hex(gas, 3)}${opcode}`;
      });
    const program = fc
      .array(
        fc.oneof(
          { weight: 8, arbitrary: push1 },
          { weight: 10, arbitrary: single },
          { weight: 2, arbitrary: call },
        ),
        {
          minLength: 5,
          maxLength: 50,
        },
      )
      .map((parts) => `0x${parts.join("")}`);
    await fc.assert(
      fc.asyncProperty(program, async (code) => {
        const [ours, theirs] = [await run(twin.ours, code), await run(twin.anvil, code)];
        assert.deepEqual(
          [ours.gas, ours.failed, ours.returnValue, ours.structLogs.length],
          [theirs.gas, theirs.failed, theirs.returnValue, theirs.structLogs.length],
        );
        for (const [i, step] of theirs.structLogs.entries()) {
          assert.deepEqual(
            comparable(ours.structLogs[i], step.error),
            comparable(step, step.error),
            `step ${i}`,
          );
        }
      }),
      { numRuns: RUNS },
    );
  });

  function run(chain: AnvilTwin["ours"], code: string): Promise<Trace> {
    const program = `0x${"77".repeat(20)}`;
    const from = twin.sender.address;
    const request = { from, to: program, gas: "0x30d40", input: `0xc9353cb5${hex(7, 32)}` };
    const stateOverrides = { [program]: { code, balance: "0x100" } };
    return chain.result("debug_traceCall", request, "latest", {
      ...{ stateOverrides, enableMemory: true, enableReturnData: true },
    });
  }
});

/** @param error anvil's: what a step costs that cannot be begun, geth and anvil count each in its own way. */
function comparable(step: Step | undefined, error: string | undefined) {
  if (step === undefined) return null;
  const { pc, op, gas, gasCost, depth, stack, memory = [], returnData = "0x" } = step;
  return { pc, op, gas, cost: error === undefined ? gasCost : null, depth, stack, memory, returnData };
}
