import { strict as assert } from "node:assert";
import { BRIDGED_ERC20, MINT } from "@causeway/bridge/contractInterfaces";
import type { Hex } from "@causeway/protocol/hex";
import { PREDEPLOYS } from "@causeway/protocol/predeploys";
import { methodName } from "../../src/indexer/methodName.js";
import { TOKEN } from "../support/crossing.js";

describe("method names", () => {
  const selector = (contract: typeof MINT, name: string) => contract.getFunction(name)?.selector as Hex;

  it("names calls of system contracts and tokens", () => {
    assert.equal(methodName(PREDEPLOYS.mint, selector(MINT, "withdrawETH")), "withdrawETH");
    assert.equal(methodName(TOKEN, selector(BRIDGED_ERC20, "transfer")), "transfer");
  });

  it("does not guess: another contract's, a creation's, and a transfer's have none", () => {
    assert.equal(methodName(TOKEN, selector(MINT, "withdrawETH")), null);
    assert.equal(methodName(null, "0xa9059cbb"), null);
    assert.equal(methodName(TOKEN, null), null);
  });
});
