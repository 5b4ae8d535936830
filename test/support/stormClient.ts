// Child process of RequestStorm: asks the nodes of its arguments without pause, and counts what they answer.
import { setPriority } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import type { StormCounts } from "./requestStorm.js";

/** Clients stand for other machines: they must not take the validators' processors. */
const NICE = 19;
/** Between attempts at a node that did not answer. */
const RETRY_MS = 100;
/** Runs until its gas is gone: `JUMPDEST PUSH1 0 JUMP`. */
const LOOP_CODE = "0x5b600056";
const LOOP_ADDRESS = `0x${"00".repeat(18)}beef`;
const overrides = { [LOOP_ADDRESS]: { code: LOOP_CODE } };
const loop = (gas: number) => ({ to: LOOP_ADDRESS, gas: `0x${gas.toString(16)}` });

/** The dearest requests of each kind that the default limits let through. */
const KINDS = {
  calls: ["eth_call", loop(50_000_000), "latest", overrides],
  logs: ["eth_getLogs", { fromBlock: "0x0", toBlock: "latest" }],
  traces: ["debug_traceCall", loop(1_000_000), "latest", { tracer: "callTracer", stateOverrides: overrides }],
} as const;

const kinds = Object.keys(KINDS) as (keyof typeof KINDS)[];
const counts: Record<keyof StormCounts, number> = { calls: 0, logs: 0, traces: 0, failed: 0 };
let ending = false;

async function ask(url: string, kind: keyof typeof KINDS): Promise<void> {
  const [method, ...params] = KINDS[kind];
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const headers = { "content-type": "application/json" };
  while (!ending) {
    try {
      const response = await fetch(url, { method: "POST", headers, body });
      // Read and not parsed: a client's own work is not what this is about.
      await response.arrayBuffer();
      counts[response.ok ? kind : "failed"]++;
    } catch {
      counts.failed++;
      await delay(RETRY_MS);
    }
  }
}

const [clients, ...urls] = process.argv.slice(2);
setPriority(NICE);
process.once("message", () => {
  ending = true;
  process.send?.(counts);
});
process.once("disconnect", () => process.exit());
await Promise.all(
  urls.flatMap((url) =>
    Array.from({ length: Number(clients) }, (_, i) =>
      ask(url, kinds[i % kinds.length] as keyof typeof KINDS),
    ),
  ),
);
