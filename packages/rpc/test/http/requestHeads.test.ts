import { postRequest, RawSocket } from "../support/rawSocket.js";
import { RpcFixture } from "../support/rpcFixture.js";

const CALL = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_chainId" });

describe("a request whose head is of the rarer kinds", () => {
  let rpc: RpcFixture;
  let raw: RawSocket;
  beforeEach(async () => {
    rpc = await RpcFixture.start({ limits: { bodyBytesMax: 1_000 } });
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
});
