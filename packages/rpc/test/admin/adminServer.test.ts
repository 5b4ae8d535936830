import assert from "node:assert/strict";
import { request } from "node:http";
import { ZERO_ADDRESS } from "@causeway/protocol/hex";
import { PREDEPLOYS } from "@causeway/protocol/predeploys";
import { Contract, JsonRpcProvider, Wallet } from "ethers";
import { ADMIN_METHODS } from "../../src/admin/adminMethods.js";
import { startAdminServer } from "../../src/admin/adminServer.js";
import type { HttpPort } from "../../src/http/httpPort.js";
import { METHOD_TABLE } from "../../src/methodTable.js";
import { RPC_CODE } from "../../src/rpcError.js";
import { FakeAdmin } from "../support/fakeAdmin.js";
import { FUNDED_KEYS, LiveChain } from "../support/liveChain.js";
import { RpcClient } from "../support/rpcClient.js";
import { signToken } from "../support/signToken.js";
import { SILENT_LOG } from "../support/silentLog.js";
import { WsClient } from "../support/wsClient.js";

const SECRET = Buffer.alloc(32, 7);

describe("the admin port", () => {
  const admin = new FakeAdmin();
  let live: LiveChain;
  let server: HttpPort;
  let client: RpcClient;
  const providers: JsonRpcProvider[] = [];
  before(async () => {
    live = await LiveChain.start();
    server = await startAdminServer({
      host: "127.0.0.1",
      port: 0,
      secret: SECRET,
      admin,
      reader: live.reader,
      log: SILENT_LOG,
    });
    client = new RpcClient(server.url, () => ({ authorization: `Bearer ${signToken(SECRET)}` }));
  });
  after(async () => {
    for (const provider of providers) provider.destroy();
    await server.close();
    await live.stop();
  });

  const refused = async (headers: Record<string, string>) => {
    const response = await new RpcClient(server.url).post("{}", headers);
    const { error } = (await response.json()) as { error: { message: string } };
    return [response.status, error.message];
  };

  it("refuses each request without a good token, page or foreign name, saying why", async () => {
    assert.deepEqual(await refused({}), [
      401,
      "missing token: send the header Authorization: Bearer <token>",
    ]);
    assert.deepEqual(await refused({ authorization: "Basic YTpi" }), [
      401,
      "malformed authorization: want Bearer <token>",
    ]);
    const stale = signToken(SECRET, { iat: Math.floor(Date.now() / 1_000) - 100 });
    assert.deepEqual(await refused({ authorization: `Bearer ${stale}` }), [
      401,
      "stale token: iat is more than 60 s ago",
    ]);
    assert.deepEqual(
      await refused({ authorization: `Bearer ${signToken(SECRET)}`, origin: "http://localhost" }),
      [403, "the admin port serves no browser pages"],
    );
    const status = await new Promise((resolve) =>
      request(server.url, { headers: { host: "rebound.example" } }, ({ statusCode }) =>
        resolve(statusCode),
      ).end(),
    );
    assert.equal(status, 403);
  });

  it("checks a websocket at its handshake", async () => {
    await assert.rejects(WsClient.open(server.url), /401/);
    const socket = await WsClient.open(server.url, { authorization: `Bearer ${signToken(SECRET)}` });
    assert.equal((await socket.call("admin_datadir")).result, "/data");
    assert.equal((await socket.call("eth_subscribe", "newHeads")).error?.code, RPC_CODE.methodNotFound);
    await socket.close();
  });

  it("serves none of the public methods, and the public port none of its", async () => {
    const shared = [...ADMIN_METHODS.keys()].filter((name) => METHOD_TABLE.has(name));
    assert.deepEqual(shared, ["rpc_modules", "rpc.discover"]);
    assert.deepEqual(await client.result("rpc_modules"), {
      admin: "1.0",
      debug: "1.0",
      rpc: "1.0",
      validator: "1.0",
    });
    const open = new RpcClient(live.rpc.url);
    for (const name of [...ADMIN_METHODS.keys()].filter((name) => !shared.includes(name))) {
      assert.deepEqual(await open.error(name), [
        RPC_CODE.methodNotFound,
        `the method ${name} does not exist/is not available`,
      ]);
    }
  });

  it("tells what the node is and whom it is connected to", async () => {
    const { id, protocols } = await client.result<{
      id: string;
      protocols: { causeway: { network: number; genesis: string } };
    }>("admin_nodeInfo");
    const { network, genesis } = protocols.causeway;
    assert.deepEqual([id, network, genesis], ["peer-0", 73_311, live.reader.genesisHash]);
    assert.deepEqual(await client.result("admin_peers"), [
      { id: "peer-1", validator: null, height: "0x3", score: 0 },
    ]);
  });

  it("keeps peers and lets them go by id or address", async () => {
    const address = "/ip4/127.0.0.1/tcp/2/p2p/peer-2";
    assert.equal(await client.result("admin_addPeer", address), true);
    assert.equal(await client.result("admin_addPeer", address), false);
    assert.equal(await client.result("admin_removePeer", address), true);
    assert.equal(await client.result("admin_removePeer", "peer-9"), false);
    assert.equal((await client.error("admin_addPeer", ""))[0], RPC_CODE.invalidParams);
  });

  it("changes the log level by besu's method and by geth's", async () => {
    assert.equal(await client.result("admin_changeLogLevel", "DEBUG"), "Success");
    assert.equal(admin.level, "debug");
    assert.equal(await client.result("debug_verbosity", 3), null);
    assert.equal(admin.level, "info");
    for (const level of ["loud", 3, null]) {
      assert.equal((await client.error("admin_changeLogLevel", level))[0], RPC_CODE.invalidParams);
    }
    assert.equal((await client.error("debug_verbosity", 6))[0], RPC_CODE.invalidParams);
    assert.equal(admin.level, "info");
  });

  it("reads what can be voted on, from the contract", async () => {
    assert.deepEqual(await client.result("validator_proposals"), []);
    const provider = new JsonRpcProvider(live.url);
    providers.push(provider);
    const operator = new Wallet(FUNDED_KEYS[0] as string, provider);
    const set = new Contract(
      PREDEPLOYS.validatorSet,
      ["function propose(uint8, address, address)"],
      operator,
    );
    const attester = `0x${"a1".repeat(20)}`;
    await (await set.getFunction("propose")(2, attester, ZERO_ADDRESS)).wait();
    const [proposal, ...rest] = await client.result<Record<string, unknown>[]>("validator_proposals");
    const { id, change, subject, votes } = proposal ?? {};
    assert.deepEqual([id, change, subject, rest], ["0x0", "add-attester", attester, []]);
    assert.deepEqual([(votes as string[]).length, proposal?.operator], [1, null]);
  });

  it("V4: has no method that votes", () => {
    for (const name of [...ADMIN_METHODS.keys(), ...METHOD_TABLE.keys()]) {
      assert.doesNotMatch(name, /vote|propose([A-Z]|$)|discard/i);
    }
  });
});
