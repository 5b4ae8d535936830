import assert from "node:assert/strict";
import type { TraceBudget } from "@causeway/chain/tracing/traceBudget";
import { tracerOf } from "../../src/traces/tracers.js";

describe("a tracer that is not here", () => {
  it("is said to be JavaScript only where it may be", () => {
    const refusal = (tracer: string, reason: RegExp) =>
      assert.throws(() => tracerOf({ tracer }, {} as TraceBudget), { code: -32000, message: reason }, tracer);
    for (const native of ["keccak256PreimageTracer", "erc7562Tracer"])
      refusal(native, new RegExp(`^tracer ${native} not found: it is not among .*; available: callTracer, `));
    refusal("{data: []}", /^tracer \{data: \[\]\} not found: tracers in JavaScript are not supported; /);
  });
});
