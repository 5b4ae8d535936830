import assert from "node:assert/strict";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { BridgeError } from "../src/bridgeError.js";
import { revertData } from "../src/bridgeError.js";
import { httpRpc } from "../src/rpc/httpRpc.js";

describe("httpRpc", () => {
  let server: Server;
  let url: string;
  let respond: (response: ServerResponse) => void;

  before(async () => {
    server = createServer((_request, response) => respond(response));
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  after(() => {
    server.closeAllConnections();
    server.close();
  });

  const isCode = (code: string) => (error: BridgeError) => error.code === code;

  it("returns the result, null included", async () => {
    respond = (response) => response.end('{"jsonrpc":"2.0","id":1,"result":null}');
    assert.equal(await httpRpc(url).send("eth_getBlockByNumber", []), null);
  });

  it("RpcRefused carries code and revert data", async () => {
    respond = (response) =>
      response.end('{"id":1,"error":{"code":3,"message":"execution reverted","data":"0xabcd"}}');
    const error = await httpRpc(url)
      .send("eth_call", [])
      .catch((caught: unknown) => caught);
    assert.deepEqual((error as BridgeError).type, {
      code: "RpcRefused",
      method: "eth_call",
      rpcCode: 3,
      data: "0xabcd",
    });
    assert.equal(revertData(error), "0xabcd");
  });

  it("RpcUnreachable says why nobody answers, and where", async () => {
    const gone = createServer();
    await new Promise<void>((resolve) => {
      gone.listen(0, "127.0.0.1", resolve);
    });
    const { port } = gone.address() as AddressInfo;
    await new Promise((resolve) => gone.close(resolve));
    await assert.rejects(httpRpc(`http://127.0.0.1:${port}`).send("eth_chainId", []), {
      code: "RpcUnreachable",
      message: `http://127.0.0.1:${port}: eth_chainId: no answer (connect ECONNREFUSED 127.0.0.1:${port})`,
    });
  });

  for (const body of ["<html>", "7", "null", "{}", '""']) {
    it(`RpcMalformed for ${body}`, async () => {
      respond = (response) => response.end(body);
      await assert.rejects(httpRpc(url).send("eth_chainId", []), isCode("RpcMalformed"));
    });
  }

  for (const [status, body] of [
    [502, "<html>Bad Gateway</html>"],
    [404, "{}"],
    [429, '{"error":{"code":-32005,"message":"rate limited"}}'],
  ] as const) {
    it(`RpcUnreachable for HTTP ${status}, so that another node is asked`, async () => {
      respond = (response) => response.writeHead(status).end(body);
      await assert.rejects(httpRpc(url).send("eth_chainId", []), isCode("RpcUnreachable"));
    });
  }

  it("RpcRefused for an error that comes with an HTTP status", async () => {
    respond = (response) => response.writeHead(400).end('{"error":{"code":-32602,"message":"bad"}}');
    await assert.rejects(httpRpc(url).send("eth_call", []), isCode("RpcRefused"));
  });

  it("RpcUnreachable when nobody listens or nobody answers", async () => {
    await assert.rejects(httpRpc("http://127.0.0.1:9").send("eth_chainId", []), isCode("RpcUnreachable"));
    respond = () => {};
    await assert.rejects(httpRpc(url, { timeoutMs: 50 }).send("eth_chainId", []), isCode("RpcUnreachable"));
  });
});
