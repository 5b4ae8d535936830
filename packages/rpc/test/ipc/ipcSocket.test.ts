import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { IpcSocketProvider } from "ethers";
import { createPublicClient } from "viem";
import { ipc } from "viem/node";
import { RPC_CODE } from "../../src/rpcError.js";
import { IpcClient } from "../support/ipcClient.js";
import { RpcFixture } from "../support/rpcFixture.js";

const CHAIN_ID = "0x11e5f";
const call = (id: number, method = "eth_chainId", ...params: unknown[]) =>
  JSON.stringify({ jsonrpc: "2.0", id, method, params });

describe("the IPC socket", function () {
  if (process.platform === "win32") this.pending = true;
  let directory: string;
  let path: string;
  const limits = { bodyBytesMax: 10_000, connectionsMax: 3 };
  let rpc: RpcFixture;
  let client: IpcClient;
  before(() => {
    directory = mkdtempSync(join(tmpdir(), "causeway-ipc-"));
    path = join(directory, "causeway.ipc");
  });
  beforeEach(async () => {
    rpc = await RpcFixture.start({ ipcPath: path, limits });
    client = await IpcClient.open(path);
  });
  afterEach(async () => {
    client.close();
    await rpc.server.close();
  });
  after(() => rmSync(directory, { recursive: true }));

  it("is only its owner's, and gone when the server has closed", async () => {
    assert.equal(statSync(path).mode & 0o777, 0o600);
    await rpc.server.close();
    assert.equal(existsSync(path), false);
    await client.closed();
  });

  it("answers objects and batches that follow each other with or without space, across chunks", async () => {
    client.write(`${call(1)}${call(2)}\n\t [${call(3)},${call(4, "net_version")}]`);
    assert.deepEqual(await client.line(0), { jsonrpc: "2.0", id: 1, result: CHAIN_ID });
    assert.equal((await client.line(1)).id, 2);
    assert.deepEqual(
      ((await client.line(2)) as unknown as { id: number }[]).map(({ id }) => id),
      [3, 4],
    );
    const text = Buffer.from(call(5, "web3_sha3", '0x"}\\é'));
    for (const byte of text) {
      client.write(Uint8Array.of(byte));
      await new Promise(setImmediate);
    }
    const { id, error } = await client.line(3);
    assert.deepEqual([id, error?.code], [5, RPC_CODE.invalidParams]);
  });

  it("carries subscriptions", async () => {
    client.write(call(1, "eth_subscribe", "newHeads"));
    const { result } = await client.line(0);
    const { hash } = rpc.chain.mine().header;
    const { params } = await client.line(1);
    assert.equal((params?.result as { hash: string } | undefined)?.hash, hash);
    client.write(call(2, "eth_unsubscribe", result));
    assert.equal((await client.line(2)).result, true);
  });

  it("answers a client that has ended its side, then ends its own", async () => {
    client.socket.end(call(1));
    assert.equal((await client.line(0)).result, CHAIN_ID);
    await client.closed();
  });

  it("goes on after brackets that hold no JSON, and closes where no message can begin", async () => {
    client.write("{nope}");
    assert.equal((await client.line(0)).error?.code, RPC_CODE.parse);
    client.write(call(1));
    assert.equal((await client.line(1)).result, CHAIN_ID);
    client.write(`17 ${call(2)}`);
    const { id, error } = await client.line(2);
    assert.deepEqual([id, error?.code], [null, RPC_CODE.parse]);
    await client.closed();
    assert.equal(client.lines.length, 3);
  });

  it("takes a message of exactly the limit, and closes on one byte more", async () => {
    const exact = call(1).replace(/}$/, "}".padStart(10_001 - call(1).length));
    assert.equal(exact.length, 10_000);
    client.write(exact);
    assert.equal((await client.line(0)).error, undefined);
    client.write(`${exact.slice(0, -1)} }`);
    assert.equal(
      (await client.line(1)).error?.message,
      "message too big: the limit is 10000 bytes (--rpc-body-bytes)",
    );
    await client.closed();
  });

  it("refuses one connection more than the limit, and takes another when one has ended", async () => {
    const others = [await IpcClient.open(path), await IpcClient.open(path)];
    const refused = await IpcClient.open(path);
    assert.deepEqual((await refused.line(0)).error, {
      code: RPC_CODE.limitExceeded,
      message: "too many connections, the limit is 3 connections (--rpc-connections)",
    });
    await refused.closed();
    for (const other of others) other.close();
    for (;;) {
      const again = await IpcClient.open(path);
      again.write(call(1));
      const { result } = await again.line(0);
      again.close();
      if (result === CHAIN_ID) break;
    }
  });

  it("serves ethers and viem unmodified", async () => {
    const ethers = new IpcSocketProvider(path);
    assert.equal((await ethers.getNetwork()).chainId, 73_311n);
    const heads = new Promise((resolve) => ethers.on("block", resolve));
    await ethers.send("eth_blockNumber", []);
    const viem = createPublicClient({ transport: ipc(path) });
    assert.equal(await viem.getChainId(), 73_311);
    await viem.getBlockNumber();
    rpc.chain.mine();
    assert.equal(await heads, 1);
    ethers.destroy();
    (await viem.transport.getRpcClient()).close();
  });

  it("is not taken from another process that listens, nor from a file of another kind", async () => {
    await assert.rejects(RpcFixture.start({ ipcPath: path }), {
      code: "IpcFailed",
      message: `ipc: cannot listen on ${path}: another process listens there`,
    });
    assert.equal((await rpc.answer("eth_chainId")).result, CHAIN_ID);
    const file = join(directory, "notes.txt");
    writeFileSync(file, "kept");
    await assert.rejects(RpcFixture.start({ ipcPath: file }), /a file that is no socket is there/);
    assert.equal(existsSync(file), true);
  });

  it("may have a path as long as the system takes, and no longer", async () => {
    const bytesMax = process.platform === "linux" ? 107 : 103;
    const longest = join(directory, "a".repeat(bytesMax - directory.length - 1));
    const other = await RpcFixture.start({ ipcPath: longest });
    const asked = await IpcClient.open(longest);
    asked.write(call(1));
    assert.equal((await asked.line(0)).result, CHAIN_ID);
    asked.close();
    await other.server.close();
    await assert.rejects(
      RpcFixture.start({ ipcPath: `${longest}a` }),
      new RegExp(`${bytesMax + 1} bytes long, Unix sockets take ${bytesMax}$`),
    );
  });

  it("replaces one that a killed process left behind", async () => {
    const stale = join(directory, "stale.ipc");
    const script = `require("node:net").createServer().listen(${JSON.stringify(stale)}, () => console.log("up"))`;
    const killed = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
    await once(killed.stdout, "data");
    killed.kill("SIGKILL");
    await once(killed, "exit");
    assert.equal(statSync(stale).isSocket(), true);
    const other = await RpcFixture.start({ ipcPath: stale });
    const asked = await IpcClient.open(stale);
    asked.write(call(1));
    assert.equal((await asked.line(0)).result, CHAIN_ID);
    asked.close();
    await other.server.close();
  });
});
