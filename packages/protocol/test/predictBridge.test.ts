import assert from "node:assert/strict";
import { predictBridge } from "../src/predictBridge.js";

describe("predictBridge", () => {
  it("names the addresses of four CREATEs in a row (B9)", () => {
    // The first deployer of every anvil and Hardhat chain; its contracts of nonces 0 to 3 are well known.
    assert.deepEqual(predictBridge(31_337, "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266", 0), {
      l1ChainId: 31_337,
      outbox: "0x5fbdb2315678afecb367f032d93f642f64180aa3",
      view: "0xe7f1725e7734ce288f8367e1bb143e90bb3f0512",
      inbox: "0x9fe46736679d2d9a65f0992f2272de9f3c7fa6e0",
      vault: "0xcf7ed3acca5a467e9e704c703e8d87f634fb0fc9",
    });
  });

  it("counts from the deployer's nonce", () => {
    const deployer = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";
    assert.equal(predictBridge(1, deployer, 2).outbox, predictBridge(1, deployer, 0).inbox);
  });
});
