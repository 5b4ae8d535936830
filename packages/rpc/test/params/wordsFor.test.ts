import assert from "node:assert/strict";
import { RpcFixture } from "../support/rpcFixture.js";

const TOKEN = `0x${"aB".repeat(20)}`;

describe("what is said of parameters of another kind", () => {
  let rpc: RpcFixture;
  before(async () => {
    rpc = await RpcFixture.start();
  });
  after(() => rpc.server.close());

  it("names the kind that is wanted", async () => {
    const cases: readonly [method: string, params: readonly never[], message: string][] = [
      ["eth_call", ["x"], 'invalid argument 0: want an object, got "x"'],
      ["eth_call", [{ accessList: "x" }], 'invalid argument 0: accessList: want a list, got "x"'],
      ["eth_call", [{}, "latest", 5], "invalid argument 2: want an object, got 5"],
      ["eth_getLogs", [{ topics: 3 }], "invalid argument 0: topics: want a list, got 3"],
      ["eth_simulateV1", [{}], "invalid argument 0: blockStateCalls: want a list, got nothing"],
      [
        "debug_traceCall",
        [{}, "latest", { txIndex: -1 }],
        "invalid argument 2: txIndex: want at least 0, got -1",
      ],
    ] as never;
    for (const [method, params, message] of cases)
      assert.deepEqual(await rpc.error(method, ...params), [-32602, message]);
  });

  it("leaves state overrides to geth's rules", async () => {
    assert.equal(await rpc.result("eth_call", {}, "latest", { [TOKEN]: null }), "0x");
    const both = { [TOKEN]: { state: {}, stateDiff: {} } };
    assert.deepEqual(await rpc.error("eth_call", {}, "latest", both), [
      -32000,
      "account 0xABaBaBaBABabABabAbAbABAbABabababaBaBABaB has both 'state' and 'stateDiff'",
    ]);
  });
});
