import assert from "node:assert/strict";
import type { CallResult } from "@causeway/chain/types/call";
import { lacksGas } from "../../src/calls/callFailure.js";
import { RpcFixture } from "../support/rpcFixture.js";

const halt = (error: string): CallResult => ({ status: "halt", returnData: "0x", gasUsed: 1n, error });

describe("a call without enough gas", () => {
  it("is told from one that no gas would help", () => {
    const lacks = ["out of gas", "out of gas: not enough gas for reentrancy sentry"];
    for (const error of lacks) assert.equal(lacksGas(halt(error)), true, error);
    for (const error of ["out of gas: gas uint64 overflow", "gas uint64 overflow", "invalid opcode: INVALID"])
      assert.equal(lacksGas(halt(error)), false, error);
  });

  it("is answered with the limit that it met, or with what an estimate may take at most", async () => {
    const rpc = await RpcFixture.start({ limits: { callGasMax: 100_000n } });
    const messageOf = async (method: string) => (await rpc.error(method, {}))[1];
    rpc.chain.callResult = halt("out of gas: not enough gas for reentrancy sentry");
    assert.equal(
      await messageOf("eth_call"),
      "out of gas: not enough gas for reentrancy sentry: the limit is 100000 gas (--rpc-call-gas)",
    );
    rpc.chain.callResult = halt("out of gas: gas uint64 overflow");
    assert.equal(await messageOf("eth_call"), "out of gas: gas uint64 overflow");
    assert.equal(await messageOf("eth_estimateGas"), "gas required exceeds allowance (100000)");
    rpc.chain.callResult = halt("gas uint64 overflow");
    assert.equal(await messageOf("eth_estimateGas"), "gas uint64 overflow");
    await rpc.server.close();
  });
});
