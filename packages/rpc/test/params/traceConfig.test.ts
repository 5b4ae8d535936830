import assert from "node:assert/strict";
import { traceConfig } from "../../src/params/traceConfig.js";

describe("the timeout of a trace", () => {
  const milliseconds = (timeout: string) => traceConfig.safeParse({ timeout }).data?.timeout;

  it("is a duration in Go's notation", () => {
    for (const [text, ms] of [
      ["10s", 10_000],
      ["1h2m3s", 3_723_000],
      ["1.5m", 90_000],
      ["250ms", 250],
      ["500us", 0.5],
      ["500µs", 0.5],
      ["2500000ns", 2.5],
      ["1m30s500ms", 90_500],
    ] as const) {
      assert.equal(milliseconds(text), ms, text);
    }
  });

  it("is nothing else", () => {
    for (const text of ["", "10", "s", "-1s", "1d", "1 s", "1s ", ".5s", "1e3s", "1us1", "9".repeat(40)]) {
      assert.equal(milliseconds(text), undefined, text);
    }
  });
});
