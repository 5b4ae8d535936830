import assert from "node:assert/strict";
import { BridgeError } from "@causeway/bridge/bridgeError";
import { failover } from "../src/failover.js";

describe("failover", () => {
  const down = () => {
    const reader = {
      calls: 0,
      async send(method: string): Promise<unknown> {
        reader.calls += 1;
        throw new BridgeError({ code: "RpcUnreachable", method }, "down");
      },
    };
    return reader;
  };
  const up = { send: async () => "answer" };

  it("takes the next node when one does not answer, and stays there", async () => {
    const first = down();
    const reader = failover([first, up]);
    assert.equal(await reader.send("eth_chainId", []), "answer");
    assert.equal(await reader.send("eth_chainId", []), "answer");
    assert.equal(first.calls, 1);
  });

  it("takes the next node when one answers with something else than JSON-RPC", async () => {
    const proxy = {
      async send(method: string): Promise<unknown> {
        throw new BridgeError({ code: "RpcMalformed", method, field: "body" }, "not JSON");
      },
    };
    assert.equal(await failover([proxy, up]).send("eth_chainId", []), "answer");
  });

  it("fails when none answers, each asked once", async () => {
    const nodes = [down(), down(), down()];
    const asking = failover(nodes).send("eth_chainId", []);
    await assert.rejects(asking, (error: BridgeError) => error.code === "RpcUnreachable");
    assert.deepEqual(
      nodes.map(({ calls }) => calls),
      [1, 1, 1],
    );
  });

  it("passes a refusal on: another node would say the same", async () => {
    const refusal = new BridgeError(
      { code: "RpcRefused", method: "eth_call", rpcCode: 3, data: "0x" },
      "revert",
    );
    const refusing = { send: () => Promise.reject(refusal) };
    await assert.rejects(failover([refusing, up]).send("eth_call", []), refusal);
  });
});
