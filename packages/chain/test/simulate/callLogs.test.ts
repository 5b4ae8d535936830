import assert from "node:assert/strict";
import type { Address, Hash } from "@causeway/protocol/hex";
import { CallLogs } from "../../src/simulate/callLogs.js";
import { ETHER_ADDRESS } from "../../src/simulate/simulation.js";
import type { Frame, FrameKind } from "../../src/tracing/observer.js";

const A: Address = `0x${"aa".repeat(20)}`;
const B: Address = `0x${"bb".repeat(20)}`;
const TOPIC: Hash = `0x${"01".repeat(32)}`;
const frame = (kind: FrameKind, to: Address | null, value: bigint | null): Frame => ({
  ...{ kind, to, value, from: A, depth: 0, precompile: false, gas: 0n, input: new Uint8Array() },
});
const end = (error: string | null = null, created: Address | null = null) => ({
  ...{ depth: 0, gasUsed: 0n, output: new Uint8Array(), error, created },
});
const own = { address: B, topics: [TOPIC], data: "0x" } as const;
const indices = (logs: CallLogs) => logs.take().map(({ address, index }) => [address, index]);

describe("CallLogs", () => {
  it("drops what a failed frame logged and goes on counting behind it", () => {
    const logs = new CallLogs(true);
    logs.enter(frame("CALL", B, 1n));
    logs.enter(frame("CALL", B, 2n));
    logs.log(own);
    logs.exit(end("execution reverted"));
    logs.log(own);
    logs.exit(end());
    assert.deepEqual(indices(logs), [
      [ETHER_ADDRESS, 0],
      [B, 3],
    ]);
  });

  it("counts on from call to call, and forgets a call that failed as a whole", () => {
    const logs = new CallLogs(false);
    const taken = ["out of gas", null, null].map((error) => {
      logs.enter(frame("CALL", B, 1n));
      logs.log(own);
      logs.exit(end(error));
      return indices(logs);
    });
    assert.deepEqual(taken, [[], [[B, 1]], [[B, 2]]]);
  });

  it("names the contract that a creation made as who was paid", () => {
    const logs = new CallLogs(true);
    logs.enter(frame("CREATE", null, 5n));
    logs.exit(end(null, B));
    const [transfer] = logs.take();
    assert.deepEqual(
      transfer?.topics.slice(1),
      [A, B].map((address) => `0x${address.slice(2).padStart(64, "0")}`),
    );
    assert.equal(BigInt(transfer?.data ?? 0), 5n);
  });

  it("takes no transfer for what moves none", () => {
    const logs = new CallLogs(true);
    for (const [kind, value] of [
      ["DELEGATECALL", 5n],
      ["CALLCODE", 5n],
      ["STATICCALL", null],
      ["CALL", 0n],
    ] as const) {
      logs.enter(frame(kind, B, value));
      logs.exit(end());
    }
    assert.deepEqual(logs.take(), []);
  });
});
