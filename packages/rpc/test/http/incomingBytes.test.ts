import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { IpcClient } from "../support/ipcClient.js";
import { postRequest, RawSocket } from "../support/rawSocket.js";
import { RpcFixture } from "../support/rpcFixture.js";
import { WsClient } from "../support/wsClient.js";

const LIMIT = 100_000;
const CALL = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_chainId" });
const MESSAGE = `too many request bytes in flight, the limit is ${LIMIT} bytes over all connections (rpc.limits.incomingBytesTotalMax)`;
/** A masked text frame of 200,000 bytes. */
const FRAME_HEAD = Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0, 3, 13, 64, 0, 0, 0, 0]);

/** Requests that are not complete hold no more than the total, however many clients send them. */
describe("what clients send at one time", () => {
  let directory: string;
  let rpc: RpcFixture;
  let holders: RawSocket[];
  before(() => {
    directory = mkdtempSync(join(tmpdir(), "causeway-incoming-"));
  });
  beforeEach(async () => {
    holders = [];
    const ipcPath = process.platform === "win32" ? null : join(directory, "c.ipc");
    rpc = await RpcFixture.start({ limits: { incomingBytesTotalMax: LIMIT }, ipcPath });
  });
  afterEach(async () => {
    for (const holder of holders) holder.destroy();
    await rpc.server.close();
  });
  after(() => rmSync(directory, { recursive: true }));

  /** Half a frame of 60,000 bytes: what then remains is 40,000. */
  async function hold(): Promise<void> {
    const raw = await RawSocket.openWebSocket(rpc.server.url);
    raw.write(Buffer.concat([FRAME_HEAD, Buffer.alloc(60_000)]));
    holders.push(raw);
  }
  const posted = async (bytes: number) => {
    const response = await rpc.post(CALL.padEnd(bytes));
    return [response.status, ((await response.json()) as { error?: { message: string } }).error?.message];
  };
  /** As soon as the server has read what was sent, or seen that it is gone. */
  async function untilPosted(bytes: number, wanted: number): Promise<unknown> {
    for (;;) {
      const [status, message] = await posted(bytes);
      if (status === wanted) return message;
    }
  }

  it("is bounded over HTTP, and again free when a client has gone", async () => {
    assert.deepEqual(await posted(LIMIT), [200, undefined]);
    await hold();
    assert.equal(await untilPosted(50_000, 503), MESSAGE);
    assert.deepEqual(await posted(30_000), [200, undefined]);
    for (const holder of holders) holder.destroy();
    await untilPosted(LIMIT, 200);
  });

  it("is bounded over websocket", async () => {
    const client = await WsClient.open(rpc.server.url);
    for (let i = 0; i < 5; i++)
      assert.equal((await client.call("web3_sha3", `0x${"ab".repeat(20_000)}`)).error, undefined);
    await hold();
    await untilPosted(50_000, 503);
    client.socket.send(CALL.padEnd(50_000));
    const [code, reason] = await once(client.socket, "close");
    assert.deepEqual(
      [code, String(reason)],
      [1013, "too many request bytes in flight (rpc.limits.incomingBytesTotalMax)"],
    );
  });

  it("is bounded over IPC", async function () {
    if (process.platform === "win32") this.skip();
    const client = await IpcClient.open(join(directory, "c.ipc"));
    client.write(CALL.replace(/}$/, "}".padStart(90_000)));
    assert.equal((await client.line(0)).result, "0x11e5f");
    await hold();
    await untilPosted(50_000, 503);
    client.write(CALL.replace(/}$/, "".padStart(50_000)));
    assert.equal((await client.line(1)).error?.message, MESSAGE);
    await client.closed();
  });

  it("does not count pings and pongs, however many", async () => {
    const client = await WsClient.open(rpc.server.url);
    for (let i = 0; i < 100; i++) {
      for (let j = 0; j < 20; j++) client.socket.ping(Buffer.alloc(100));
      await once(client.socket, "pong");
    }
    assert.deepEqual(await posted(LIMIT), [200, undefined]);
    await client.close();
  });

  it("of requests in work counts until they are answered", async () => {
    let release = () => {};
    const answered = new Promise<void>((resolve) => {
      release = resolve;
    });
    rpc.chain.callResult = () =>
      answered.then(() => ({ status: "success", returnData: "0x", gasUsed: 0n, error: null }));
    const raw = await RawSocket.open(rpc.server.url);
    raw.write(
      postRequest(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_call", params: [{}] }).padEnd(60_000)),
    );
    await untilPosted(50_000, 503);
    release();
    await raw.until(/"result":"0x"/);
    await untilPosted(LIMIT, 200);
    raw.destroy();
  });
});
