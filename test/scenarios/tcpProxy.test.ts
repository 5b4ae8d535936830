import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { waitFor } from "@causeway/devnet/waitFor";
import { TcpProxy } from "../support/nemesis/tcpProxy.js";

const WAIT = { timeoutMs: 150_000, intervalMs: 5 };
const DELAY_MS = 300;

/** What the nemesis hurts networks with does what it says. */
describe("a link between two processes", () => {
  let server: Server;
  let proxy: TcpProxy;
  const open: Socket[] = [];

  beforeEach(async () => {
    server = createServer((socket) => {
      open.push(socket.on("error", () => {}));
      socket.pipe(socket);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    proxy = await TcpProxy.before((server.address() as AddressInfo).port);
  });
  afterEach(async () => {
    for (const socket of open.splice(0)) socket.destroy();
    await proxy.close();
    await new Promise((resolve) => server.close(resolve));
  });

  /** A connection through the link to a server that echoes. */
  async function connected() {
    const socket = connect({ host: "127.0.0.1", port: proxy.port });
    const heard: string[] = [];
    open.push(socket.on("error", () => {}));
    socket.on("data", (chunk) => heard.push(String(chunk)));
    await once(socket, "connect");
    const hears = (text: string) =>
      waitFor(`to hear ${text}`, () => (heard.join("").endsWith(text) ? true : null), WAIT);
    return { socket, heard, hears };
  }

  it("passes bytes both ways and counts them", async () => {
    const { socket, hears } = await connected();
    socket.write("hello");
    await hears("hello");
    assert.deepEqual(proxy.passed, { forth: 5, back: 5 });
  });

  it("cut, it closes connections and those that come; healed, it takes new ones", async () => {
    const { socket, hears } = await connected();
    socket.write("before");
    await hears("before");
    const gone = closed(socket);
    proxy.cut();
    await gone;
    const late = connect({ host: "127.0.0.1", port: proxy.port });
    await closed(late.on("error", () => {}));
    proxy.heal();
    const again = await connected();
    again.socket.write("after");
    await again.hears("after");
  });

  it("stalled one way, nothing arrives and nothing is lost", async () => {
    const { socket, heard, hears } = await connected();
    proxy.stall("back");
    socket.write("one");
    await waitFor("the other side to hear", () => (proxy.passed.forth === 3 ? true : null), WAIT);
    assert.deepEqual(heard, []);
    proxy.stall("forth");
    socket.write("two");
    const later = await connected();
    later.socket.write("three");
    assert.equal(proxy.passed.forth, 3);
    proxy.heal();
    await hears("onetwo");
    await later.hears("three");
  });

  it("delayed, bytes come in order and not before their time", async () => {
    const { socket, hears } = await connected();
    proxy.delay("forth", DELAY_MS);
    const startMs = performance.now();
    socket.write("slow");
    socket.write("er");
    await hears("slower");
    assert.ok(performance.now() - startMs >= DELAY_MS);
  });
});

/** Unlike `once`, without minding an error. */
function closed(socket: Socket): Promise<unknown> {
  return new Promise((resolve) => socket.once("close", resolve));
}
