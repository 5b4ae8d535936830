import assert from "node:assert/strict";
import { request } from "node:http";
import { RPC_CODE } from "../../src/rpcError.js";
import { RpcFixture } from "../support/rpcFixture.js";
import { WsClient } from "../support/wsClient.js";

/** GET with a Host header of one's own, which fetch does not allow. */
function statusWithHost(url: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { headers: { host } }, (response) => resolve(response.resume().statusCode))
      .on("error", reject)
      .end();
  });
}

describe("rpcServer over HTTP", () => {
  let rpc: RpcFixture;
  before(async () => {
    rpc = await RpcFixture.start({
      limits: { batchItemsMax: 5, responseBytesMax: 20_000, bodyBytesMax: 100_000 },
    });
  });
  after(() => rpc.server.close());

  const errorOf = async (body: string) => {
    const { id, error } = await rpc.answerTo(body);
    return [id, error?.code, error?.message];
  };

  it("answers malformed JSON with -32700 and id null", async () => {
    assert.deepEqual(await errorOf("{nope"), [null, RPC_CODE.parse, "parse error"]);
    assert.deepEqual(await errorOf(""), [null, RPC_CODE.parse, "parse error"]);
  });

  it("answers what is no request with -32600", async () => {
    assert.deepEqual(await errorOf("1"), [null, RPC_CODE.invalidRequest, "invalid request"]);
    assert.deepEqual(await errorOf("[]"), [null, RPC_CODE.invalidRequest, "empty batch"]);
    assert.deepEqual(await errorOf('{"id":7,"method":"eth_chainId"}'), [
      7,
      RPC_CODE.invalidRequest,
      "invalid request",
    ]);
    assert.deepEqual(await errorOf('{"jsonrpc":"2.0","id":{},"method":"eth_chainId"}'), [
      null,
      RPC_CODE.invalidRequest,
      "invalid request",
    ]);
  });

  it("gives back an id as it came, also one that no JavaScript number holds", async () => {
    const idsOf = async (body: string) =>
      [
        ...(await (await rpc.post(body)).text()).matchAll(/"jsonrpc":"2.0","id":(.*?),"(?:result|error)"/g),
      ].map(([, id]) => id);
    const call = (id: string) => `{"jsonrpc":"2.0","id":${id},"method":"eth_chainId"}`;
    for (const id of ["18446744073709551615", "-9007199254740993", "1e400", "1.50", '"9007199254740993"']) {
      assert.deepEqual(await idsOf(call(id)), [id]);
    }
    const nested =
      '{"params":[{"id":1.5,"a":","}], "id" :\t9007199254740993 ,"jsonrpc":"2.0","method":"eth_nope"}';
    assert.deepEqual(await idsOf(` [${call("7")},[{"id":2.5}],${nested},${call("9007199254740995")}]`), [
      ...["7", "null", "9007199254740993", "9007199254740995"],
    ]);
    assert.deepEqual(await idsOf('{"id":1e400,"\\u0069d":2e400,"jsonrpc":"2.0","method":"eth_chainId"}'), [
      "2e400",
    ]);
    assert.deepEqual(await idsOf(`[${[1, 2, 3, 4, 5, 6].map((n) => call(`${n}e20`)).join()}]`), ["1e20"]);
  });

  it("names a method that does not exist as geth does", async () => {
    assert.deepEqual(await rpc.error("eth_nope"), [
      RPC_CODE.methodNotFound,
      "the method eth_nope does not exist/is not available",
    ]);
    assert.equal((await rpc.error("constructor"))[0], RPC_CODE.methodNotFound);
  });

  it("answers a batch in order and leaves notifications unanswered", async () => {
    const answers = await rpc.batch([
      { jsonrpc: "2.0", id: "a", method: "eth_chainId" },
      { jsonrpc: "2.0", method: "eth_chainId" },
      { jsonrpc: "2.0", id: null, method: "net_version", params: null },
      17,
    ]);
    assert.deepEqual(answers.slice(0, 2), [
      { jsonrpc: "2.0", id: "a", result: "0x11e5f" },
      { jsonrpc: "2.0", id: null, result: "73311" },
    ]);
    assert.equal(answers[2]?.error?.code, RPC_CODE.invalidRequest);
    assert.equal(answers.length, 3);
    assert.equal(await (await rpc.post('{"jsonrpc":"2.0","method":"eth_chainId"}')).text(), "");
  });

  it("refuses a batch beyond the limit as a whole, under the id of its first call", async () => {
    const calls = Array.from({ length: 6 }, (_, id) => ({ jsonrpc: "2.0", id, method: "eth_chainId" }));
    const [only, ...rest] = await rpc.batch(calls);
    assert.deepEqual([only?.id, only?.error?.code, rest.length], [0, RPC_CODE.invalidRequest, 0]);
    assert.match(
      only?.error?.message ?? "",
      /^batch too large: 6 calls, the limit is 5 calls \(--rpc-batch-items\)$/,
    );
  });

  it("refuses the calls of a batch that outgrow the response limit", async () => {
    rpc.chain.callResult = {
      status: "success",
      returnData: `0x${"ab".repeat(8_000)}`,
      gasUsed: 0n,
      error: null,
    };
    const calls = [1, 2, 3].map((id) => ({ jsonrpc: "2.0", id, method: "eth_call", params: [{}] }));
    const answers = await rpc.batch(calls);
    assert.deepEqual(
      answers.map(({ error }) => error?.code),
      [undefined, RPC_CODE.responseTooLarge, RPC_CODE.responseTooLarge],
    );
  });

  it("refuses a body beyond the limit with 413 and its size", async () => {
    const response = await rpc.post(" ".repeat(100_001));
    assert.equal(response.status, 413);
    assert.match(
      await response.text(),
      /content length too large: the limit is 100000 bytes \(--rpc-body-bytes\)/,
    );
  });

  it("refuses other content types, methods and paths", async () => {
    assert.equal((await rpc.post("{}", { "content-type": "text/plain" })).status, 415);
    assert.equal((await fetch(rpc.server.url, { method: "PUT" })).status, 405);
    assert.equal((await fetch(`${rpc.server.url}/elsewhere`, { method: "POST" })).status, 404);
  });

  it("refuses a Host that could be a rebound name and takes addresses and localhost", async () => {
    for (const host of ["localhost:1", "127.0.0.1", "[::1]:8645", "10.1.2.3:80"]) {
      assert.equal(await statusWithHost(rpc.server.url, host), 200, host);
    }
    assert.equal(await statusWithHost(rpc.server.url, "rebound.example:8645"), 403);
    const named = await RpcFixture.start({ hosts: ["node.example"] });
    assert.equal(await statusWithHost(named.server.url, "Node.Example:8645"), 200);
    assert.equal(await statusWithHost(named.server.url, "rebound.example"), 403);
    const refused = await WsClient.open(named.server.url, { host: "rebound.example" }).catch(String);
    assert.match(String(refused), /403/);
    await named.server.close();
    const any = await RpcFixture.start({ hosts: ["*"] });
    assert.equal(await statusWithHost(any.server.url, "rebound.example"), 200);
    await any.server.close();
  });

  it("allows browser pages that are configured and, by default, none", async () => {
    const allowed = async (url: string, origin: string) =>
      (await fetch(url, { method: "OPTIONS", headers: { origin } })).headers.get(
        "access-control-allow-origin",
      );
    assert.equal(await allowed(rpc.server.url, "http://localhost:5173"), null);
    const open = await RpcFixture.start({ origins: ["localhost", "https://app.example"] });
    const { url } = open.server;
    assert.equal(await allowed(url, "http://localhost:5173"), "http://localhost:5173");
    assert.equal(await allowed(url, "https://app.example"), "https://app.example");
    assert.equal(await allowed(url, "https://evil.example"), null);
    assert.equal(await allowed(url, "http://localhost.evil.example"), null);
    const answer = await open.post('{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}', {
      "content-type": "application/json",
      origin: "https://app.example",
    });
    assert.equal(answer.headers.get("access-control-allow-origin"), "https://app.example");
    // As from geth, a page may send headers of its own, e.g. of its provider.
    assert.equal(answer.headers.get("access-control-allow-headers"), "*, authorization");
    await open.server.close();
  });

  it("is alive always and ready only when it follows the chain", async () => {
    const status = async (path: string) => (await fetch(`${rpc.server.url}${path}`)).status;
    assert.deepEqual([await status("/livez"), await status("/readyz")], [200, 200]);
    rpc.status.progress = { startingBlock: 0, currentBlock: 1, highestBlock: 9 };
    assert.deepEqual([await status("/livez"), await status("/readyz")], [200, 503]);
    rpc.status.progress = false;
    rpc.status.stopped = "conflicting certificates at height 7 (F2)";
    assert.equal(await status("/readyz"), 503);
    rpc.status.stopped = null;
  });

  it("says which port it could not have", async () => {
    await assert.rejects(RpcFixture.start({ port: rpc.server.port }), {
      code: "ListenFailed",
      message: `rpc: cannot listen on 127.0.0.1 port ${rpc.server.port}: the port is taken`,
    });
  });

  it("tells what it served, unknown methods under one name", async () => {
    const seen: string[] = [];
    const other = await RpcFixture.start({ observe: (method, outcome) => seen.push(`${method} ${outcome}`) });
    await other.answer("eth_chainId");
    await other.answer("eth_chainId", 1);
    await other.answer("whatever");
    assert.deepEqual(seen, ["eth_chainId success", "eth_chainId failure", "unknown failure"]);
    await other.server.close();
  });

  it("listens to chain and pool while a websocket is open, and leaves no listener behind when closed", async () => {
    const other = await RpcFixture.start();
    assert.equal(other.chain.listenerCount, 0);
    const client = await WsClient.open(other.server.url);
    await client.call("eth_chainId");
    assert.equal(other.chain.listenerCount, 2);
    await other.server.close();
    assert.equal(other.chain.listenerCount, 0);
  });
});
