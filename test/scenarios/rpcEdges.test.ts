import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHmac, randomBytes } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Cluster } from "@causeway/devnet/cluster";
import { ManagedProcess } from "@causeway/devnet/managedProcess";
import { waitFor } from "@causeway/devnet/waitFor";
import { IpcSocketProvider } from "ethers";
import { createPublicClient } from "viem";
import { ipc } from "viem/node";
import { repositoryRoot } from "../support/repositoryRoot.js";
import { rpc, rpcAnswer } from "../support/rpc.js";
import { CAUSEWAY, removeCluster, startUnbridged, TEST_CHAIN_ID } from "../support/testCluster.js";

const CAST = join(repositoryRoot, "node_modules/.bin/cast");
const WAIT = { timeoutMs: 150_000 };
/** Ports that the cluster's layout leaves free. */
const [RPC_OFFSET, ADMIN_OFFSET] = [5, 6];
const run = promisify(execFile);

describe("a node's edges: IPC socket, flags and admin port", () => {
  let cluster: Cluster;
  let follower: ManagedProcess;
  const urlAt = (offset: number) => `http://127.0.0.1:${cluster.options.ports.rpc + offset}`;

  before(async () => {
    cluster = await startUnbridged({ validators: 1, initArgs: ["--empty-block-period", "1"] });
    follower = await makeFollower(cluster);
    follower.start();
    await waitFor("the follower to answer", () => rpc(urlAt(RPC_OFFSET), "eth_chainId"), WAIT);
  });
  after(async () => {
    await follower?.stop();
    await removeCluster(cluster);
  });

  it("serves cast, ethers and viem over the socket in the data directory", async function () {
    if (process.platform === "win32") this.skip();
    const path = cluster.path("node-1/causeway.ipc");
    assert.equal(statSync(path).mode & 0o777, 0o600);
    const { stdout } = await run(CAST, ["chain-id", "--rpc-url", path]);
    assert.equal(stdout.trim(), String(TEST_CHAIN_ID));
    assert.ok(Number((await run(CAST, ["block-number", "--rpc-url", path])).stdout) >= 1);

    const ethers = new IpcSocketProvider(path);
    const heads = new Promise<number>((resolve) => ethers.on("block", resolve));
    assert.ok((await heads) >= 1);
    ethers.destroy();
    const viem = createPublicClient({ transport: ipc(path) });
    assert.equal(await viem.getChainId(), TEST_CHAIN_ID);
    (await viem.transport.getRpcClient()).close();
  });

  it("takes the place of a socket that a killed node left, and leaves none when it stops", async function () {
    if (process.platform === "win32") this.skip();
    const path = cluster.path("follower/edge.ipc");
    await follower.kill();
    assert.equal(existsSync(path), true);
    follower.start();
    await waitFor("the follower to answer on its socket", () => askedOnSocket(path), WAIT);
    await follower.stop();
    assert.equal(existsSync(path), false);
    follower.start();
    await waitFor("the follower to answer again", () => askedOnSocket(path), WAIT);
  });

  it("lets flags set limits and pages, and names the flag beyond a limit; a devnet is open to pages of this machine", async () => {
    const url = urlAt(RPC_OFFSET);
    const call = { jsonrpc: "2.0", id: 1, method: "eth_chainId" };
    const [only] = (await rpcAnswer(url, [call, call, call])) as unknown as { error: { message: string } }[];
    assert.equal(only?.error.message, "batch too large: 3 calls, the limit is 2 calls (--rpc-batch-items)");
    assert.equal(((await rpcAnswer(url, [call, call])) as unknown as unknown[]).length, 2);
    const allowed = async (origin: string, at = url) =>
      (await fetch(at, { method: "OPTIONS", headers: { origin } })).headers.get(
        "access-control-allow-origin",
      );
    assert.deepEqual(
      [await allowed("https://app.example"), await allowed("https://evil.example")],
      ["https://app.example", null],
    );
    const page = "http://localhost:5173";
    assert.deepEqual([await allowed(page), await allowed(page, cluster.rpcUrl(1))], [null, page]);
  });

  it("refuses flags that make no sense with exit code 2", async () => {
    const config = cluster.path("follower/config.json");
    for (const [flag, value, message] of [
      ["--rpc-batch-items", "0", /whole number/],
      ["--rpc-port", "70000", /whole number/],
      ["--ipc-path", config, /a file that is no socket is there/],
      ["--admin-jwt-secret", config, /must hold 32 bytes of hex/],
    ] as const) {
      const ports = ["--admin-port", String(cluster.options.ports.rpc + 7)];
      const args = [CAUSEWAY, "node", "--config", await copyOfFollower(), ...ports, flag, value];
      const { code, stderr } = await run(process.execPath, args).then(
        () => ({ code: 0, stderr: "" }),
        (error: { code: number; stderr: string }) => error,
      );
      assert.equal(code, 2, `${flag}: ${stderr}`);
      assert.match(stderr, message);
    }
  });

  it("counts and times calls by method and outcome, those to no method as one", async () => {
    const url = cluster.rpcUrl(1);
    for (const method of ["eth_gasPrice", "eth_getBalance", "no_such", "no_other"]) {
      await rpcAnswer(url, { jsonrpc: "2.0", id: 1, method });
    }
    const metrics = await (await fetch(`http://127.0.0.1:${cluster.ports.metrics[0]}/metrics`)).text();
    const counted = (method: string, outcome: string) =>
      Number(
        new RegExp(`^causeway_serve_rpc_seconds_count\\{.*outcome="${outcome}".*\\} (\\d+)$`, "gm").exec(
          metrics
            .split("\n")
            .filter((line) => line.includes(`method="${method}"`))
            .join("\n"),
        )?.[1],
      );
    assert.equal(counted("eth_gasPrice", "success"), 1);
    assert.equal(counted("eth_getBalance", "failure"), 1);
    assert.equal(counted("unknown", "failure"), 2);
    assert.doesNotMatch(metrics, /no_such/);
  });

  it("serves admin methods only on the admin port, and there only with a token", async () => {
    const { error } = await rpcAnswer(urlAt(RPC_OFFSET), { jsonrpc: "2.0", id: 1, method: "admin_peers" });
    assert.equal(error?.message, "the method admin_peers does not exist/is not available");
    const bare = await fetch(urlAt(ADMIN_OFFSET), { method: "POST" });
    assert.equal(bare.status, 401);
    assert.equal(statSync(cluster.path("follower/admin.jwt")).mode & 0o777, 0o600);
  });

  it("adds and removes peers while it runs", async () => {
    assert.deepEqual(await admin("admin_peers"), []);
    const status = await rpc<{ peerId: string }>(cluster.rpcUrl(1), "causeway_status");
    const address = `/ip4/127.0.0.1/tcp/${cluster.options.ports.p2p}/p2p/${status.peerId}`;
    assert.equal(await admin("admin_addPeer", address), true);
    assert.equal(await admin("admin_addPeer", address), false);
    const connected = async () => {
      const [peer] = await admin<{ id: string; validator: string | null }[]>("admin_peers");
      return peer ?? null;
    };
    const peer = await waitFor("the validator as a peer", connected, WAIT);
    assert.equal(peer.id, status.peerId);
    const height = await cluster.height(1);
    await waitFor(
      "the follower to catch up",
      async () => (Number(await rpc(urlAt(RPC_OFFSET), "eth_blockNumber")) >= height ? true : null),
      WAIT,
    );
    assert.equal(await admin("admin_removePeer", address), true);
    await waitFor(
      "the validator to be gone",
      async () => ((await admin<unknown[]>("admin_peers")).length === 0 ? true : null),
      WAIT,
    );
    assert.equal(await admin("admin_removePeer", status.peerId), false);
  });

  it("changes the log level while it runs", async () => {
    await admin("admin_changeLogLevel", "error");
    const said = async () => ((await logText()).includes("admin: log level to change") ? true : null);
    await waitFor("the last line before the change", said, WAIT);
    const quiet = await logText();
    await admin(
      "admin_addPeer",
      "/ip4/127.0.0.1/tcp/1/p2p/12D3KooWEUNMX8AkxNiFt3gAcBb2iHgCFtvXGMqqF7ZUY9fU7Gea",
    );
    assert.equal((await logText()).slice(quiet.length), "");
    assert.equal(await admin("debug_verbosity", 3), null);
    await waitFor(
      "a line about the peer that is not there",
      async () => ((await logText()).includes("p2p boot peer not reached") ? true : null),
      WAIT,
    );
  });

  /** A follower without peers, whose flags and config differ. */
  async function makeFollower({ path, options }: Cluster): Promise<ManagedProcess> {
    await writeFollower("follower", options.ports.rpc + 9);
    return new ManagedProcess({
      name: "follower",
      command: process.execPath,
      args: [
        ...[CAUSEWAY, "node", "--config", cluster.path("follower/config.json")],
        ...["--rpc-port", String(options.ports.rpc + RPC_OFFSET), "--rpc-batch-items", "2"],
        ...["--rpc-cors", "https://app.example", "--ipc-path", cluster.path("follower/edge.ipc")],
        ...["--admin-port", String(options.ports.rpc + ADMIN_OFFSET)],
        ...["--admin-jwt-secret", cluster.path("follower/admin.jwt")],
      ],
      logFile: path.call(cluster, "follower/node.log"),
    });
  }

  async function writeFollower(name: string, rpcPort: number): Promise<string> {
    await mkdir(cluster.path(name), { recursive: true });
    const identity = `0x${randomBytes(32).toString("hex")}\n`;
    await writeFile(cluster.path(`${name}/identity.key`), identity, { mode: 0o600 });
    const p2p = { identityFile: "identity.key", listen: ["/ip4/127.0.0.1/tcp/0"] };
    const config = { name, genesis: "../genesis.json", dataDir: ".", p2p, rpc: { port: rpcPort } };
    await writeFile(cluster.path(`${name}/config.json`), JSON.stringify(config));
    return cluster.path(`${name}/config.json`);
  }

  function copyOfFollower(): Promise<string> {
    return writeFollower("refused", cluster.options.ports.rpc + 8);
  }

  async function askedOnSocket(path: string): Promise<string | null> {
    const provider = new IpcSocketProvider(path, TEST_CHAIN_ID, { staticNetwork: true });
    provider.socket.on("error", () => {});
    try {
      return await Promise.race([
        provider.send("eth_chainId", []) as Promise<string>,
        new Promise<null>((resolve) => provider.socket.once("close", () => resolve(null))),
      ]);
    } finally {
      provider.destroy();
    }
  }

  async function admin<T = unknown>(method: string, ...params: readonly unknown[]): Promise<T> {
    const response = await fetch(urlAt(ADMIN_OFFSET), {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${await token()}` },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    });
    const { result, error } = (await response.json()) as { result: T; error?: { message: string } };
    assert.equal(error, undefined);
    return result;
  }

  async function token(): Promise<string> {
    const secret = Buffer.from(await readFile(cluster.path("follower/admin.jwt"), "utf8"), "hex");
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part({ iat: Math.floor(Date.now() / 1_000) })}`;
    return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
  }

  function logText(): Promise<string> {
    return readFile(cluster.path("follower/node.log"), "utf8");
  }
});
