import { type ChildProcess, fork } from "node:child_process";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { Hash } from "@causeway/protocol/hex";
import { Coverage } from "./coverage.js";
import type { SeedTask } from "./seedWorker.js";
import type { RunResult } from "./simulateSeed.js";

export interface SeedRuns {
  readonly seed: string;
  readonly runs: number;
  readonly workers: number;
  readonly execution: SeedTask["execution"];
  /** Called for each run as it begins and ends; runs end out of order. */
  readonly onBegin: (index: number, seed: string) => void;
  readonly onEnd: (index: number, result: RunResult) => void;
  readonly signal?: AbortSignal;
}

export interface Summary {
  /** SHA-256 over the digests of all runs in order. */
  readonly digest: Hash;
  readonly coverage: Readonly<Record<string, number>>;
  readonly passed: number;
  readonly failed: number;
  readonly heights: number;
}

const WORKER = fileURLToPath(new URL("seedWorker.js", import.meta.url));
/** Simulated nodes leave much garbage and keep little: a large nursery spares most of the collecting. */
const WORKER_FLAGS = ["--max-semi-space-size=64"];

/** Seed of one run of many: the first is the seed itself, so that any run is repeated alone by its own seed. */
export function seedOfRun(seed: string, index: number): string {
  return index === 0 ? seed : `${seed}.${index}`;
}

/**
 * Run many seeds on worker processes.
 * @throws when a worker dies, or the signal aborts.
 */
export async function runSeeds(options: SeedRuns): Promise<Summary> {
  const { seed, runs, execution, onBegin, onEnd, signal } = options;
  const digests: string[] = new Array(runs);
  const coverage = new Coverage();
  const tally = { passed: 0, failed: 0, heights: 0 };
  let next = 0;
  const takeOff = (worker: Worker) => {
    if (next >= runs) return worker.end();
    const index = next++;
    const own = seedOfRun(seed, index);
    onBegin(index, own);
    worker.run({ index, seed: own, execution });
  };
  const finish = (worker: Worker, index: number, result: RunResult) => {
    digests[index] = result.digest;
    coverage.merge(result.coverage);
    tally.heights += result.heights;
    if (result.violation === null) tally.passed += 1;
    else tally.failed += 1;
    onEnd(index, result);
    takeOff(worker);
  };
  const workers = Array.from({ length: Math.min(options.workers, runs) }, () => new Worker(finish));
  const abort = () => {
    for (const worker of workers) worker.kill();
  };
  signal?.addEventListener("abort", abort, { once: true });
  for (const worker of workers) takeOff(worker);
  try {
    await Promise.all(workers.map((worker) => worker.ended));
    signal?.throwIfAborted();
  } finally {
    abort();
    signal?.removeEventListener("abort", abort);
  }
  return { ...tally, digest: digestOf(digests), coverage: coverage.table() };
}

/** SHA-256 over the digests of runs, in order. */
export function digestOf(digests: readonly string[]): Hash {
  const all = createHash("sha256");
  for (const digest of digests) all.update(digest);
  return `0x${all.digest("hex")}`;
}

/** A process that runs one seed after another. */
class Worker {
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;
  #done = false;

  constructor(onResult: (worker: Worker, index: number, result: RunResult) => void) {
    this.#child = fork(WORKER, { execArgv: [...process.execArgv, ...WORKER_FLAGS] });
    this.#child.on("message", (answer: { index: number; result: RunResult }) =>
      onResult(this, answer.index, answer.result),
    );
    this.ended = new Promise((resolve, reject) => {
      this.#child.on("error", reject);
      this.#child.on("exit", (code, killedBy) => {
        if (this.#done) resolve();
        else reject(new Error(`a simulation worker ended by itself (${killedBy ?? `exit ${code}`})`));
      });
    });
  }

  run(task: SeedTask): void {
    this.#child.send(task);
  }

  end(): void {
    this.#done = true;
    this.#child.disconnect();
  }

  kill(): void {
    this.#done = true;
    this.#child.kill("SIGKILL");
  }
}
