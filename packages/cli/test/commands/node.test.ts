import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { causeway } from "../support/causeway.js";
import { tempDir } from "../support/tempDir.js";

const BIN = fileURLToPath(new URL("../../../bin/causeway.js", import.meta.url));

describe("causeway node, what is given wrong (X10)", () => {
  const path = tempDir();
  const config = () => path("net/node-1/config.json");
  const refused = (args: readonly string[], message: RegExp) => {
    const { status, stderr } = causeway(["node", "--config", config(), ...args]);
    assert.match(stderr, message);
    assert.equal(status, 2, stderr);
  };
  beforeEach(async () => {
    const made = causeway(["init", "--validators", "1", "--dir", path("net"), "--devnet"]);
    assert.equal(made.status, 0, made.stderr);
    const settings = JSON.parse(await readFile(config(), "utf8"));
    settings.rpc = { port: 0, ipcPath: null };
    settings.p2p.listen = ["/ip4/127.0.0.1/tcp/0"];
    settings.metrics = null;
    await writeFile(config(), JSON.stringify(settings));
  });

  it("is named by the flag it was given with", () => {
    refused(["--rpc-cors", "nonsense"], /^causeway: --rpc-cors must be an origin such as/m);
    refused(
      ["--rpc-hosts", "http://x"],
      /^causeway: --rpc-hosts must be a host name without scheme and port/m,
    );
  });

  it("says of an address that is none of this machine's which setting and flag it is", () => {
    const remedy = (name: string) =>
      new RegExp(
        `192\\.0\\.2\\.1.*; change "${name}\\.host" in the node's config \\(--${name}-host\\)$`,
        "m",
      );
    // RFC 5737: nobody's.
    refused(["--rpc-host", "192.0.2.1"], remedy("rpc"));
    refused(["--admin-port", "1", "--admin-host", "192.0.2.1"], remedy("admin"));
  });
});

describe("causeway node in a directory too deep for a Unix socket", () => {
  if (process.platform === "win32") return;
  // A bound on waiting.
  const path = tempDir();
  const net = (name: string) => path(`${"d".repeat(120)}/${name}`);
  let node: ChildProcess | null = null;
  afterEach(() => {
    node?.kill("SIGKILL");
    node = null;
  });
  beforeEach(async () => {
    const made = causeway(["init", "--validators", "1", "--dir", net("net"), "--devnet"]);
    assert.equal(made.status, 0, made.stderr);
    const config = JSON.parse(await readFile(net("net/node-1/config.json"), "utf8"));
    config.rpc.port = 0;
    config.p2p.listen = ["/ip4/127.0.0.1/tcp/0"];
    config.metrics = null;
    await writeFile(net("net/node-1/config.json"), JSON.stringify(config));
  });

  function start(...args: readonly string[]): ChildProcess {
    const command = [BIN, "node", "--config", net("net/node-1/config.json"), ...args];
    node = spawn(process.execPath, command, { stdio: ["ignore", "pipe", "pipe"] });
    return node;
  }

  it("serves over HTTP, and warns that there is no IPC", async () => {
    const { stdout, stderr } = start();
    assert.ok(stdout && stderr);
    const lines: string[] = [];
    for (const stream of [stdout, stderr])
      createInterface(stream).on("line", (line) => {
        lines.push(line);
        if (line.includes("started at height")) node?.emit("up");
      });
    await Promise.race([once(node as ChildProcess, "up"), once(node as ChildProcess, "exit")]);
    assert.ok(
      lines.some((line) => line.includes("no IPC: ")),
      lines.join("\n"),
    );
    const url = /http:\/\/127\.0\.0\.1:[0-9]+/.exec(lines.join("\n"))?.[0] ?? assert.fail(lines.join("\n"));
    assert.equal((await fetch(`${url}/livez`)).status, 200);
    node?.kill("SIGTERM");
    assert.deepEqual(await once(node as ChildProcess, "exit"), [0, null]);
  });

  it("does not start where such a socket was asked for", async () => {
    const asked = start("--ipc-path", net("n.ipc"));
    assert.ok(asked.stderr);
    let stderr = "";
    asked.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    const [status] = await once(asked, "close");
    assert.notEqual(status, 0);
    assert.match(stderr, /n\.ipc: the path is \d+ bytes long, Unix sockets take 10[37]; .*--ipc-path/);
  });
});
