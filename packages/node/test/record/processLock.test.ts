import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { acquireProcessLock } from "../../src/record/processLock.js";
import { withCode } from "../fakes/errorCode.js";

describe("acquireProcessLock", () => {
  let directory: string;
  let path: string;
  before(() => {
    directory = mkdtempSync(join(tmpdir(), "causeway-lock-"));
    path = join(directory, "key.lock");
  });
  after(() => rmSync(directory, { recursive: true }));

  it("is held once, and free again after release (W6)", () => {
    const release = acquireProcessLock(path);
    assert.throws(() => acquireProcessLock(path), withCode("Locked"));
    release();
    acquireProcessLock(path)();
    assert.deepEqual(readdirSync(directory), []);
  });

  it("keeps a second process out and is taken over from a killed one", async () => {
    const module = new URL("../../src/record/processLock.js", import.meta.url).href;
    const script = `const { acquireProcessLock } = await import(${JSON.stringify(module)});
      acquireProcessLock(${JSON.stringify(path)}); console.log("held"); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    assert.throws(() => acquireProcessLock(path), withCode("Locked"));
    child.kill("SIGKILL");
    await once(child, "exit");
    acquireProcessLock(path)();
    assert.equal(existsSync(path), false);
  });

  it("takes over the lock of a process whose pid was given to another", () => {
    writeFileSync(path, `${process.pid} another-boot:1\n`);
    acquireProcessLock(path)();
  });
});
