import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TimedEvent } from "@causeway/devnet/events";
import { freePortBases, layOutPorts, type PortBases } from "@causeway/devnet/ports";
import { waitFor } from "@causeway/devnet/waitFor";
import { parseEther } from "ethers";
import { CAUSEWAY } from "../support/testCluster.js";

const CROSSING_TIMEOUT_MS = 240_000;
const STOP_TIMEOUT_MS = 180_000;
const VALIDATORS = 4;
const RELAYERS = 4;

describe("causeway devnet", () => {
  let dir: string;
  let bases: PortBases;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "causeway-devnet-"));
    bases = await freePortBases(VALIDATORS, RELAYERS);
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  const portFlags = () =>
    (["l1", "rpc", "p2p", "metrics", "relayer", "explorer"] as const).flatMap((kind) => [
      `--${kind}-port`,
      String(bases[kind]),
    ]);

  function devnet(...flags: string[]): Run {
    return new Run([CAUSEWAY, "devnet", "--data-dir", join(dir, "data"), ...portFlags(), ...flags], dir);
  }

  it("--once --json crosses ETH and an ERC-20 both ways, solvent after every step (B15), and exits 0", async () => {
    const run = devnet("--once", "--json");
    assert.equal(await run.exitCode(CROSSING_TIMEOUT_MS), 0, run.output());
    const events = run.events();
    const names = events.map(({ event }) => event);
    for (const name of ["l1.ready", "bridge.deployed", "chain.ready"])
      assert.equal(names.filter((n) => n === name).length, 1, name);
    assert.equal(names.at(-1), "done");
    assert.deepEqual(
      events.map(({ ms }) => ms),
      events.map(({ ms }) => ms).sort((a, b) => a - b),
    );

    const expected = {
      "deposit.locked": ["1", "100"],
      "deposit.minted": ["1", "100"],
      "withdrawal.burned": ["0.4", "40"],
      "withdrawal.released": ["0.4", "40"],
    } as const;
    for (const [name, [eth, token]] of Object.entries(expected)) {
      const steps = events.filter(({ event }) => event === name) as {
        token: string;
        amount: string;
        txHash: string;
      }[];
      assert.equal(steps.length, 2, name);
      assert.equal(steps.find((s) => s.token === "ETH")?.amount, parseEther(eth).toString());
      assert.equal(steps.find((s) => s.token !== "ETH")?.amount, parseEther(token).toString());
      for (const { txHash } of steps) assert.match(txHash, /^0x[0-9a-f]{64}$/);
    }

    const solvency = events.filter((e) => e.event === "solvency");
    assert.ok(solvency.length >= 9 * 2, `only ${solvency.length} solvency lines`);
    for (const line of solvency) assert.equal(line.ok, true, JSON.stringify(line));
    for (const token of new Set(solvency.map((line) => line.token))) {
      const last = solvency.filter((line) => line.token === token).at(-1);
      assert.equal(last?.pending, "0");
      assert.equal(last?.locked, last?.supply);
    }
    await assertNothingLeft(run, dir, bases);
  });

  it("Ctrl-C ends every process, port and folder outside the data directory", async () => {
    const run = devnet("--json");
    await waitFor("the chain to finalize", () => (run.output().includes('"chain.ready"') ? true : null), {
      timeoutMs: CROSSING_TIMEOUT_MS,
    });
    const children = await childrenOf(run.pid);
    assert.ok(children.length >= VALIDATORS + 1, `only ${children.length} children`);
    run.interrupt();
    assert.equal(await run.exitCode(STOP_TIMEOUT_MS), 0, run.output());
    await assertNothingLeft(run, dir, bases);
    for (const pid of children) assert.throws(() => process.kill(pid, 0), { code: "ESRCH" });
  });

  it("a taken port is named with the flag that moves it", async () => {
    const taken = createServer().listen(bases.explorer, "127.0.0.1");
    await once(taken, "listening");
    try {
      const run = devnet("--once", "--json");
      assert.equal(await run.exitCode(STOP_TIMEOUT_MS), 2);
      assert.match(run.output(), new RegExp(`port ${bases.explorer} is taken.*--explorer-port`));
      assert.doesNotMatch(run.output(), /\n\s+at /, "no stack trace (X10)");
    } finally {
      taken.close();
    }
  });
});

class Run {
  private readonly child: ChildProcess;
  private readonly chunks: string[] = [];
  private readonly stdout: string[] = [];
  private readonly ended: Promise<number | null>;

  constructor(args: readonly string[], home: string) {
    this.child = spawn(process.execPath, [...args], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, HOME: join(home, "home") },
    });
    this.child.stdout?.on("data", (chunk) => {
      this.chunks.push(String(chunk));
      this.stdout.push(String(chunk));
    });
    this.child.stderr?.on("data", (chunk) => this.chunks.push(String(chunk)));
    this.ended = new Promise((resolve) => this.child.once("close", resolve));
  }

  get pid(): number {
    return this.child.pid as number;
  }

  interrupt(): void {
    this.child.kill("SIGINT");
  }

  async exitCode(timeoutMs: number): Promise<number | null> {
    const timer = setTimeout(() => this.child.kill("SIGTERM"), timeoutMs);
    const code = await this.ended;
    clearTimeout(timer);
    return code;
  }

  output(): string {
    return this.chunks.join("");
  }

  events(): TimedEvent[] {
    return this.stdout
      .join("")
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as TimedEvent);
  }
}

/** Processes whose parent is `pid`, from /proc. */
async function childrenOf(pid: number): Promise<number[]> {
  const entries = await readdir("/proc");
  const found: number[] = [];
  for (const entry of entries.filter((name) => /^\d+$/.test(name))) {
    const stat = await readFile(`/proc/${entry}/stat`, "utf8").catch(() => "");
    const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    if (parent === pid) found.push(Number(entry));
  }
  return found;
}

async function assertNothingLeft(run: Run, dir: string, bases: PortBases): Promise<void> {
  assert.deepEqual(await childrenOf(run.pid), []);
  const layout = layOutPorts(bases, VALIDATORS, RELAYERS);
  for (const port of Object.values(layout).flat()) {
    const server = createServer().listen(port, "127.0.0.1");
    await once(server, "listening");
    server.close();
  }
  assert.deepEqual(await readdir(dir), ["data"], "folders beside the data directory");
}
