import assert from "node:assert/strict";
import { BridgeError } from "@causeway/bridge/bridgeError";
import { pino } from "pino";
import { StepError } from "../src/severity.js";
import type { Step } from "../src/step.js";
import { StepLoop } from "../src/stepLoop.js";
import { until } from "./rig/until.js";

/** A step that fails as told. */
class ScriptedStep implements Step {
  readonly progress = {};
  runs = 0;
  resets = 0;
  failure: Error | null = null;

  constructor(readonly name: string) {}

  async run(): Promise<void> {
    this.runs += 1;
    if (this.failure !== null) throw this.failure;
  }

  reset(): void {
    this.resets += 1;
  }
}

describe("StepLoop", () => {
  const first = new ScriptedStep("first");
  const second = new ScriptedStep("second");
  const stopping = new AbortController();
  const failures: string[] = [];
  const loop = new StepLoop([first, second], 1, pino({ level: "silent" }), (step, severity, alarm) =>
    failures.push(`${step} ${severity} ${alarm}`),
  );
  let run: Promise<void>;
  const status = (index: number) => loop.statuses[index];

  before(() => {
    run = loop.run(stopping.signal);
  });

  after(async () => {
    stopping.abort();
    await run;
  });

  it("runs steps in turn", async () => {
    await until("both ran", () => first.runs > 2 && second.runs > 2);
    assert.equal(status(0)?.state, "running");
  });

  it("tries again after a temporary failure, and the other step goes on", async () => {
    first.failure = new Error("node down");
    await until("it failed twice", () => (status(0)?.failures ?? 0) > 1);
    const before = second.runs;
    await until("the other goes on", () => second.runs > before);
    assert.equal(status(0)?.alarm, "Unexpected");
    first.failure = null;
    await until("it works again", () => status(0)?.state === "running" && status(0)?.alarm === null);
    assert.equal(first.resets, 0);
  });

  it("resets a step whose derived state is wrong", async () => {
    const outbox = `0x${"00".repeat(20)}` as const;
    second.failure = new BridgeError({ code: "RootMismatch", outbox, count: 1 }, "other fork");
    await until("it was reset", () => second.resets > 0);
    second.failure = null;
    await until("it works again", () => status(1)?.state === "running");
  });

  it("halts a step for good after a critical failure, and keeps its alarm", async () => {
    first.failure = new StepError("critical", "L1Contradiction", "two blocks");
    await until("it halted", () => status(0)?.state === "halted");
    first.failure = null;
    const { runs } = first;
    const before = second.runs;
    await until("the other goes on", () => second.runs > before + 3);
    assert.equal(first.runs, runs);
    assert.equal(status(0)?.alarm, "L1Contradiction");
    assert.equal(failures.at(-1), "first critical L1Contradiction");
  });
});
