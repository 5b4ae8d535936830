import assert from "node:assert/strict";
import { postRequest, RawSocket } from "../support/rawSocket.js";
import { RpcFixture } from "../support/rpcFixture.js";

const CALL = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_chainId" });

describe("a request whose head is of the rarer kinds", () => {
  let rpc: RpcFixture;
  let raw: RawSocket;
  beforeEach(async () => {
    rpc = await RpcFixture.start({
      origins: ["https://app.example"],
      limits: { bodyBytesMax: 1_000, connectionsMax: 1, messagesInFlightMax: 1 },
    });
    raw = await RawSocket.open(rpc.server.url);
  });
  afterEach(async () => {
    raw.destroy();
    await rpc.server.close();
  });

  it("may name its target by the whole URL, with a host of ours", async () => {
    raw.write(postRequest(CALL).replace("POST /", `POST ${rpc.server.url}/`));
    await raw.until(/"result":"0x11e5f"/);
    raw.write(postRequest(CALL).replace("POST /", "POST http://localhost?a"));
    await raw.until(/"result":"0x11e5f"[\s\S]+"result":"0x11e5f"/);
    raw.write(postRequest(CALL).replace("POST /", "POST http://foreign.example/"));
    await raw.until(/HTTP\/1\.1 403 [\s\S]*invalid host specified/);
    raw.write(postRequest(CALL).replace("POST /", "POST http://localhost/other"));
    await raw.until(/HTTP\/1\.1 404 /);
  });

  it("of a page that may call is refused with a reason that the page may read", async () => {
    const page = "origin: https://app.example\r\n";
    const allowed = /access-control-allow-origin: https:\/\/app\.example/i;
    const headOf = async (from: RawSocket, status: number) => {
      const found = new RegExp(`HTTP/1\\.1 ${status} [\\s\\S]*?\\r\\n\\r\\n`);
      return found.exec(await from.until(found))?.[0] ?? "";
    };
    raw.write(postRequest(CALL, page).replace("host: localhost", "host: foreign.example"));
    assert.match(await headOf(raw, 403), allowed);
    const surplus = await RawSocket.open(rpc.server.url);
    surplus.write(postRequest(CALL, page));
    assert.match(await headOf(surplus, 503), allowed);
    await surplus.closed();
    raw.write(postRequest(CALL, page).repeat(2));
    assert.match(await headOf(raw, 429), allowed);
    raw.write(postRequest(CALL, "origin: https://o.example\r\n").replace("localhost", "foreign.example"));
    await raw.until(/HTTP[\s\S]+HTTP[\s\S]+HTTP[\s\S]+HTTP\/1\.1 403 [\s\S]*?\r\n\r\n/);
    const last = raw.received.slice(raw.received.lastIndexOf("HTTP/1.1 403"));
    assert.doesNotMatch(last, /access-control-allow-origin/i);
    assert.match(last, /vary: origin/i);
  });

  it("that waits to send its body is told to, or refused by the length that it states", async () => {
    const expecting = (body: string) => postRequest(body, "expect: 100-continue\r\n").split("\r\n\r\n");
    const [head = "", body = ""] = expecting(CALL);
    raw.write(`${head}\r\n\r\n`);
    await raw.until(/^HTTP\/1\.1 100 Continue\r\n\r\n$/);
    raw.write(body);
    await raw.until(/"result":"0x11e5f"/);
    const [longHead] = expecting(" ".repeat(1_001));
    raw.write(`${longHead}\r\n\r\n`);
    const received = await raw.closed();
    assert.match(received, /HTTP\/1\.1 413 [\s\S]*content length too large: the limit is 1000 bytes/);
    assert.equal(received.split("100 Continue").length, 2);
  });
});
