import assert from "node:assert/strict";
import { AbiCoder, concat, keccak256 } from "ethers";
import { type BridgeMessage, messageLeaf } from "../src/bridgeMessage.js";

const message: BridgeMessage = {
  nonce: 7,
  sourceChainId: 31_337n,
  sourceOutbox: `0x${"11".repeat(20)}`,
  destinationChainId: 73_311n,
  sender: `0x${"22".repeat(20)}`,
  target: `0x${"33".repeat(20)}`,
  gasLimit: 200_000,
  data: "0x0102",
};

describe("message leaf (B1)", () => {
  it("is keccak256(0x00 ‖ abi.encode(message))", () => {
    const tuple = "tuple(uint64,uint256,address,uint256,address,address,uint64,bytes)";
    const encoded = AbiCoder.defaultAbiCoder().encode([tuple], [Object.values(message)]);
    assert.equal(messageLeaf(message), keccak256(concat(["0x00", encoded])));
  });

  it("depends on every field", () => {
    const changes: Partial<BridgeMessage>[] = [
      { nonce: 8 },
      { sourceChainId: 1n },
      { sourceOutbox: `0x${"44".repeat(20)}` },
      { destinationChainId: 1n },
      { sender: `0x${"44".repeat(20)}` },
      { target: `0x${"44".repeat(20)}` },
      { gasLimit: 1 },
      { data: "0x01" },
    ];
    const leaves = [message, ...changes.map((change) => ({ ...message, ...change }))].map(messageLeaf);
    assert.equal(new Set(leaves).size, Object.keys(message).length + 1);
  });
});
