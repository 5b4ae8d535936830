import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OutgoingBytes } from "../../src/server/outgoingBytes.js";
import { IpcClient } from "../support/ipcClient.js";
import { postRequest, RawSocket } from "../support/rawSocket.js";
import { RpcFixture } from "../support/rpcFixture.js";
import { SILENT_LOG } from "../support/silentLog.js";
import { dynamicFeeTransfer } from "../support/transfers.js";
import { WsClient } from "../support/wsClient.js";

const ADDRESS = `0x${"aa".repeat(20)}` as const;
const KIB = 1_024;
const CALL = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_call", params: [{}] });

describe("a client that reads too slowly", () => {
  let rpc: RpcFixture;
  let warnings: string[];
  const start = async (limits: object, ipcPath: string | null = null) => {
    warnings = [];
    const log = { ...SILENT_LOG, warn: (_fields: object, message: string) => warnings.push(message) };
    rpc = await RpcFixture.start({ limits, log, ipcPath });
    rpc.chain.callResult = {
      status: "success",
      returnData: `0x${"ab".repeat(500_000)}`,
      gasUsed: 0n,
      error: null,
    };
  };
  afterEach(() => rpc.server.close());

  it("and subscribed is cut when as much waits as it may, and the others hear every block", async () => {
    await start({ bufferedBytesMax: 256 * KIB });
    const [slow, quick] = [await WsClient.open(rpc.server.url), await WsClient.open(rpc.server.url)];
    await slow.call("eth_subscribe", "newHeads");
    await slow.call("eth_subscribe", "logs");
    const { result } = await quick.call("eth_subscribe", "newHeads");
    slow.socket.pause();
    const data = `0x${"cd".repeat(64 * KIB)}` as const;
    let mined = 0;
    while (warnings.length === 0) {
      await rpc.chain.pool.add(Buffer.from((await dynamicFeeTransfer(mined)).slice(2), "hex"));
      rpc.chain.mine([{ address: ADDRESS, topics: [], data }]);
      mined++;
      await quick.until(() => quick.notified(result)[mined - 1]);
    }
    assert.deepEqual(warnings, ["rpc client reads too slowly: disconnected"]);
    assert.equal((await quick.call("eth_chainId")).error, undefined);
    slow.socket.terminate();
    await quick.close();
  });

  it("over IPC is cut as well", async function () {
    if (process.platform === "win32") this.skip();
    const directory = mkdtempSync(join(tmpdir(), "causeway-slow-"));
    const ipcPath = join(directory, "c.ipc");
    await start({ bufferedBytesMax: 3_000 * KIB }, ipcPath);
    const slow = await IpcClient.open(ipcPath);
    slow.socket.pause();
    for (let i = 0; i < 40; i++) slow.write(CALL);
    while (warnings.length === 0) await rpc.answer("eth_chainId");
    assert.deepEqual(warnings, ["rpc client reads too slowly: disconnected"]);
    slow.socket.resume();
    await slow.closed();
    rmSync(directory, { recursive: true });
  });

  it("over HTTP counts too: together they wait for no more than the total, and the heaviest is cut", async () => {
    await start({ bufferedBytesTotalMax: 8_000 * KIB });
    const slow: RawSocket[] = [];
    while (warnings.length === 0) {
      const raw = await RawSocket.open(rpc.server.url);
      raw.socket.pause();
      raw.write(postRequest(CALL).repeat(20));
      slow.push(raw);
      assert.notEqual((await rpc.answer("eth_chainId")).result, undefined);
    }
    assert.match(warnings[0] as string, /^rpc clients read too slowly: the slowest is disconnected$/);
    assert.ok(slow.length > 0);
    for (const raw of slow) raw.destroy();
    while ((await rpc.answer("eth_call", {})).result === undefined);
  });
});

describe("a client that stops in between", () => {
  it("of a frame answers no ping and is dropped", async () => {
    const rpc = await RpcFixture.start({ limits: { pingIntervalMs: 20 } });
    const raw = await RawSocket.openWebSocket(rpc.server.url);
    // A masked text frame of 1,000 bytes, of which ten come.
    raw.write(Buffer.concat([Buffer.from([0x81, 0xfe, 0x03, 0xe8, 1, 2, 3, 4]), Buffer.alloc(10)]));
    await raw.closed();
    await rpc.server.close();
  });

  it("of an HTTP body is abandoned with its connection, and costs no answer", async () => {
    const rpc = await RpcFixture.start();
    const raw = await RawSocket.open(rpc.server.url);
    raw.socket.end(postRequest(CALL).slice(0, -5));
    assert.doesNotMatch(await raw.closed(), /result/);
    assert.equal((await rpc.answer("eth_chainId")).result, "0x11e5f");
    await rpc.server.close();
  });

  it("after its request, with its side closed, is answered or closed", async () => {
    const rpc = await RpcFixture.start();
    const raw = await RawSocket.open(rpc.server.url);
    raw.socket.end(postRequest(CALL));
    assert.match(await raw.closed(), /^$|"result":"0x"/);
    await rpc.server.close();
  });
});

describe("OutgoingBytes", () => {
  it("cuts the reader with the most, once, and counts it no longer", () => {
    const cut: string[] = [];
    const totals: number[] = [];
    const bytes = new OutgoingBytes(100, (total) => totals.push(total));
    const reader = (name: string) => ({ cut: () => cut.push(name) });
    const [small, large] = [reader("small"), reader("large")];
    bytes.add(small, 40);
    bytes.add(large, 60);
    assert.deepEqual(cut, []);
    bytes.add(small, 1);
    assert.deepEqual([cut, totals, bytes.of(large), bytes.of(small)], [["large"], [101], 0, 41]);
    // What its socket drops later was not counted any more.
    bytes.sent(large, 60);
    bytes.add(large, 1_000);
    bytes.add(small, 59);
    assert.deepEqual(cut, ["large"]);
    bytes.sent(small, 100);
    assert.equal(bytes.of(small), 0);
    bytes.add(small, 101);
    assert.deepEqual(cut, ["large", "small"]);
  });
});
