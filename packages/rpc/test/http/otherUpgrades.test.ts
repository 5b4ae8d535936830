import assert from "node:assert/strict";
import { postRequest, RawSocket, upgradeRequest } from "../support/rawSocket.js";
import { RpcFixture } from "../support/rpcFixture.js";

const call = (id: number, method = "eth_chainId", params: unknown[] = []) =>
  JSON.stringify({ jsonrpc: "2.0", id, method, params });
/** What Java's client adds to every request. */
const H2C = "connection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AAEAAEAAAAIAAAAB\r\n";
const statuses = (received: string) =>
  [...received.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));

/** RFC 9110 §7.8: a server that does not speak a protocol answers in its own. */
describe("a request that offers another protocol than websocket", () => {
  let rpc: RpcFixture;
  let raw: RawSocket;
  beforeEach(async () => {
    rpc = await RpcFixture.start({ limits: { connectionsMax: 1, bodyBytesMax: 1_000 } });
    raw = await RawSocket.open(rpc.server.url);
  });
  afterEach(async () => {
    raw.destroy();
    await rpc.server.close();
  });

  it("is answered, and so is what follows it on the connection", async () => {
    raw.write(postRequest(call(1), H2C));
    await raw.until(/"id":1,"result":"0x11e5f"/);
    raw.write(postRequest(call(2)));
    await raw.until(/"id":2,"result":"0x11e5f"/);
    raw.write(postRequest(call(3), H2C) + postRequest(call(4), H2C));
    await raw.until(/"id":4,"result":"0x11e5f"/);
    assert.deepEqual(statuses(raw.received), [200, 200, 200, 200]);
    assert.doesNotMatch(raw.received, /connection: close/i);
  });

  it("is answered though its body comes later, in pieces, and in chunks", async () => {
    const request = postRequest(call(1), H2C);
    const cut = request.indexOf("\r\n\r\n") + 10;
    raw.write(request.slice(0, cut));
    // Answered after the server has read what came before.
    await rpc.answer("eth_chainId");
    raw.write(request.slice(cut));
    await raw.until(/"id":1,"result":"0x11e5f"/);
    const body = call(2);
    raw.write(
      `POST / HTTP/1.1\r\nhost: localhost\r\n${H2C}content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`,
    );
    raw.write(`${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`);
    await raw.until(/"id":2,"result":"0x11e5f"/);
  });

  it("is answered after what was asked before it", async () => {
    let release = () => {};
    const answered = new Promise<void>((resolve) => {
      release = resolve;
    });
    let begun = () => {};
    const running = new Promise<void>((resolve) => {
      begun = resolve;
    });
    rpc.chain.callResult = async () => {
      begun();
      await answered;
      return { status: "success", returnData: "0x", gasUsed: 0n, error: null };
    };
    raw.write(postRequest(call(1, "eth_call", [{}])) + postRequest(call(2), H2C));
    await running;
    release();
    const received = await raw.until(/"id":2/);
    assert.ok(received.indexOf('"id":1') < received.indexOf('"id":2'));
  });

  it("keeps to its connection's wish to be closed", async () => {
    raw.write(postRequest(call(1), H2C.replace("Upgrade,", "close, Upgrade,")));
    const received = await raw.closed();
    assert.match(received, /connection: close/i);
    assert.match(received, /"id":1,"result":"0x11e5f"/);
  });

  it("meets the bounds of any other", async () => {
    raw.write(postRequest(" ".repeat(2_000), H2C));
    await raw.until(/content length too large/);
    const many = Array.from({ length: 2_100 }, () => "a:\r\n").join("");
    raw.write(postRequest(call(2), H2C + many));
    await raw.until(/"id":2,"result":"0x11e5f"/);
    raw.write(postRequest(call(3), `${H2C}x: ${"y".repeat(20_000)}\r\n`));
    await raw.closed();
    assert.deepEqual(statuses(raw.received), [413, 200, 431]);
  });

  it("leaves its connection counted once", async () => {
    raw.write(postRequest(call(1), H2C));
    await raw.until(/"id":1/);
    const second = await RawSocket.open(rpc.server.url);
    second.write(postRequest(call(2), H2C));
    assert.deepEqual(statuses(await second.closed()), [503]);
    raw.socket.end();
    await raw.closed();
    for (;;) {
      const third = await RawSocket.open(rpc.server.url);
      third.write(upgradeRequest(rpc.server.url));
      const received = await third.until(/\r\n\r\n/);
      third.destroy();
      if (statuses(received)[0] === 101) break;
    }
  });
});
