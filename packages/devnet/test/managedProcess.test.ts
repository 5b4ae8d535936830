import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { exitError, ManagedProcess } from "../src/managedProcess.js";
import { waitFor } from "../src/waitFor.js";

const WAIT = { timeoutMs: 150_000 };
const SLEEPER = "console.log('up'); setInterval(() => {}, 1000)";

describe("ManagedProcess", () => {
  let dir: string;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "causeway-process-"));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  const sleeper = (onExit?: ConstructorParameters<typeof ManagedProcess>[1]) =>
    new ManagedProcess(
      { name: "sleeper", command: process.execPath, args: ["-e", SLEEPER], logFile: join(dir, "log") },
      onExit,
    );

  it("starts, stops and starts again under one name, and appends to one log", async () => {
    const managed = sleeper();
    for (const times of [1, 2]) {
      managed.start();
      assert.throws(() => managed.start(), /already runs/);
      const lines = async () =>
        (await readFile(join(dir, "log"), "utf8")).split("up").length > times ? true : null;
      await waitFor("the process to write", lines, WAIT);
      assert.deepEqual(await managed.stop(), { code: null, signal: "SIGTERM" });
      assert.equal(managed.running, false);
    }
  });

  it("tells of an end that nobody asked for, with the end of the log", async () => {
    const told: string[] = [];
    const managed = new ManagedProcess(
      {
        name: "mayfly",
        command: process.execPath,
        args: ["-e", "console.log('last words'); process.exit(7)"],
        logFile: join(dir, "log"),
      },
      (ended, exit) => told.push(exitError(ended, exit).message),
    );
    managed.start();
    await managed.waitForExit();
    assert.match(told.join(), /mayfly ended with code 7[\s\S]*last words/);
  });

  it("does not tell of an end that was asked for", async () => {
    const told: unknown[] = [];
    const managed = sleeper((ended) => told.push(ended));
    managed.start();
    await managed.kill();
    assert.deepEqual(told, []);
  });

  it("does nothing while it is paused, goes on when resumed, and stops from a pause", async () => {
    const log = join(dir, "log");
    const written = async () => (await readFile(log, "utf8")).length;
    const managed = new ManagedProcess({
      name: "writer",
      command: process.execPath,
      args: ["-e", "setInterval(() => process.stdout.write('.'), 20)"],
      logFile: log,
    });
    managed.start();
    await waitFor("the writer to write", async () => ((await written()) > 0 ? true : null), WAIT);
    managed.pause();
    await waitFor("the writer to be stopped", () => (isStopped(managed.pid) ? true : null), WAIT);
    const before = await written();
    assert.equal(await written(), before);
    managed.resume();
    await waitFor("the writer to write again", async () => ((await written()) > before ? true : null), WAIT);
    managed.pause();
    assert.deepEqual(await managed.stop(), { code: null, signal: "SIGTERM" });
  });

  it("ends with the program that started it", async () => {
    const module = fileURLToPath(new URL("../src/managedProcess.js", import.meta.url));
    const program = `
      import { ManagedProcess } from ${JSON.stringify(module)};
      const managed = new ManagedProcess({
        name: "child", command: process.execPath, args: ["-e", ${JSON.stringify(SLEEPER)}], logFile: ${JSON.stringify(join(dir, "log"))},
      });
      managed.start();
      console.log(managed.pid);
      setTimeout(() => { throw new Error("unforeseen"); }, 100);`;
    const parent = spawn(process.execPath, ["--input-type=module", "-e", program], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [output] = (await once(parent.stdout, "data")) as [Buffer];
    const pid = Number(String(output).trim());
    await once(parent, "exit");
    await waitFor("the child to be gone", () => (isAlive(pid) ? null : true), WAIT);
  });
});

/** The state letter of ps(1): T is stopped by a signal. */
function isStopped(pid: number | undefined): boolean {
  return execFileSync("ps", ["-o", "state=", "-p", String(pid)], { encoding: "utf8" }).startsWith("T");
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
