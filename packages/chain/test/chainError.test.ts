import assert from "node:assert/strict";
import { CausewayError } from "@causeway/protocol/errors";
import { chainError, isChainError } from "../src/chainError.js";

describe("isChainError", () => {
  const of = (code: string) => new CausewayError({ code }, "refused");

  it("knows the chain's names and rules", () => {
    assert.ok(isChainError(chainError("F2", "conflicts")));
    for (const code of [
      "Aborted",
      "H1.gasLimit",
      "N3.checkpoint.stateRoot",
      "V6.hash",
      "eth.attach",
      "file.gzip",
    ])
      assert.ok(isChainError(of(code)), code);
  });

  it("takes no other package's errors for the chain's, nor what is no error of ours", () => {
    for (const code of ["ConfigInvalid", "Usage", "WireMalformed", "H1", "F2.x", "Other.hash", ""])
      assert.equal(isChainError(of(code)), false, code);
    for (const other of [new Error("H1.gasLimit"), { code: "F2" }, null, "F2"])
      assert.equal(isChainError(other), false);
  });
});
