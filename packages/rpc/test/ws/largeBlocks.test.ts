import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RpcLimits } from "../../src/limits.js";
import { IpcClient } from "../support/ipcClient.js";
import type { RpcAnswer } from "../support/rpcClient.js";
import { RpcFixture } from "../support/rpcFixture.js";
import { SILENT_LOG } from "../support/silentLog.js";
import { dynamicFeeTransfer } from "../support/transfers.js";
import { WsClient } from "../support/wsClient.js";

const ADDRESS = `0x${"aa".repeat(20)}` as const;
const MB = 1_000_000;
const CALL = { jsonrpc: "2.0", id: "c", method: "eth_call", params: [{}] };

describe("a block with more logs than may wait for a client", () => {
  let rpc: RpcFixture;
  let warnings: string[];
  let nonce: number;
  const start = async (limits: Partial<RpcLimits>, ipcPath: string | null = null) => {
    warnings = [];
    nonce = 0;
    const log = { ...SILENT_LOG, warn: (_fields: object, message: string) => warnings.push(message) };
    rpc = await RpcFixture.start({ limits, log, ipcPath });
  };
  /** Each log takes some 2.5 kB of text. */
  const mine = async (logs: number) => {
    await rpc.chain.pool.add(Buffer.from((await dynamicFeeTransfer(nonce++)).slice(2), "hex"));
    const data = `0x${"cd".repeat(1_000)}` as const;
    return rpc.chain.mine(Array.from({ length: logs }, () => ({ address: ADDRESS, topics: [], data })));
  };
  /** Numbers of heads, indices of logs. */
  const told = (messages: readonly object[]) =>
    messages
      .filter((message): message is { params: { result: Record<string, string> } } => "params" in message)
      .map(({ params }) => params.result.logIndex ?? `block ${Number(params.result.number)}`);
  const expected = (logs: number) => [
    "block 1",
    ...Array.from({ length: logs }, (_, index) => `0x${index.toString(16)}`),
    ...["block 2", "0x0", "block 3", "0x0"],
  ];
  let directory: string | null = null;
  afterEach(async () => {
    await rpc.server.close();
    if (directory !== null) rmSync(directory, { recursive: true });
    directory = null;
  });

  it("reaches all who read, in order, with what follows", async () => {
    const LOGS = 2_000;
    await start({ bufferedBytesMax: MB, bufferedBytesTotalMax: 16 * MB });
    const clients = await Promise.all(Array.from({ length: 10 }, () => WsClient.open(rpc.server.url)));
    for (const client of clients) {
      await client.call("eth_subscribe", "newHeads");
      await client.call("eth_subscribe", "logs");
    }
    for (const logs of [LOGS, 1, 1]) await mine(logs);
    for (const client of clients) {
      await client.until(() => client.messages.length >= LOGS + 7 || undefined);
      assert.deepEqual(told(client.messages), expected(LOGS));
      await client.close();
    }
    assert.deepEqual(warnings, []);
  });

  it("does so over IPC", async function () {
    if (process.platform === "win32") this.skip();
    const LOGS = 1_000;
    directory = mkdtempSync(join(tmpdir(), "causeway-behind-"));
    const ipcPath = join(directory, "c.ipc");
    await start({ bufferedBytesMax: MB }, ipcPath);
    const client = await IpcClient.open(ipcPath);
    for (const kind of ["newHeads", "logs", "transactionReceipts"]) {
      client.write(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_subscribe", params: [kind] }));
    }
    await client.line(2);
    for (const logs of [LOGS, 1, 1]) await mine(logs);
    await client.line(3 + LOGS + 7);
    const messages = client.lines.map((line) => JSON.parse(line));
    const [receipts] = messages.filter(({ params }) => Array.isArray(params?.result));
    assert.equal(receipts.params.result[0].logs.length, LOGS);
    assert.deepEqual(told(messages.filter(({ params }) => !Array.isArray(params?.result))), expected(LOGS));
    client.close();
  });

  it("is told whole in one notification of its receipts, and what is asked meanwhile is answered", async () => {
    const LOGS = 2_000;
    await start({ bufferedBytesMax: MB, bufferedBytesTotalMax: 16 * MB });
    const clients = await Promise.all(Array.from({ length: 5 }, () => WsClient.open(rpc.server.url)));
    for (const client of clients) await client.call("eth_subscribe", "transactionReceipts");
    await mine(LOGS);
    const answers = clients.map((client) => client.call("eth_chainId"));
    for (const { result } of await Promise.all(answers)) assert.equal(result, "0x11e5f");
    for (const client of clients) {
      const message = await client.until(() => client.messages.find((found) => "params" in found));
      const [receipt] = message.params.result as unknown as [{ logs: object[] }];
      assert.equal(receipt.logs.length, LOGS);
      await client.close();
    }
    assert.deepEqual(warnings, []);
  });

  it("is told after the answer with the id when it comes before that", async () => {
    const LOGS = 1_100;
    await start({ bufferedBytesMax: MB });
    rpc.chain.callResult = async () => {
      for (const logs of [LOGS, 1]) await mine(logs);
      return { status: "success", returnData: "0x", gasUsed: 0n, error: null };
    };
    const client = await WsClient.open(rpc.server.url);
    const subscribe = { jsonrpc: "2.0", id: "s", method: "eth_subscribe", params: ["logs"] };
    client.socket.send(JSON.stringify([subscribe, CALL]));
    await client.until(() => client.messages.length >= LOGS + 2 || undefined);
    await mine(1);
    await client.until(() => client.messages.length >= LOGS + 3 || undefined);
    const [answers, ...notified] = client.messages as unknown as [RpcAnswer[], ...object[]];
    assert.match(String(answers[0]?.result), /^0x/);
    const [, ...indices] = expected(LOGS).filter((result) => !/^block [23]/.test(result));
    assert.deepEqual(told(notified), indices);
    assert.deepEqual(warnings, []);
    await client.close();
  });
});
