import assert from "node:assert/strict";
import { BridgeError } from "../src/bridgeError.js";
import { readQuantity } from "../src/rpc/readQuantity.js";

describe("a quantity that a node answers", () => {
  it("is read from hex of up to 32 bytes", () => {
    assert.equal(readQuantity("eth_getBalance", "result", "0x0"), 0n);
    assert.equal(readQuantity("eth_getBalance", "result", `0x${"f".repeat(64)}`), 2n ** 256n - 1n);
  });

  for (const lie of [null, undefined, "", "0x", "12", "0xzz", `0x${"f".repeat(65)}`, 12, -1, {}, [], "0x1 "])
    it(`RpcMalformed: ${JSON.stringify(lie)}`, () => {
      assert.throws(
        () => readQuantity("eth_getBalance", "result", lie),
        (error) =>
          error instanceof BridgeError &&
          error.type.code === "RpcMalformed" &&
          /eth_getBalance: result is not a quantity/.test(error.message),
      );
    });
});
