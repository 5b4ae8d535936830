import assert from "node:assert/strict";
import { CausewayError } from "@causeway/protocol/errors";
import { EXIT, exitCodeOf } from "../src/exitCodes.js";

const exit = (code: string) => exitCodeOf(new CausewayError({ code }, code));

describe("exit codes (X9)", () => {
  it("2 for what the caller gave", () => {
    for (const code of [
      "Usage",
      "ConfigInvalid",
      "GenesisInvalid",
      "WrongPassword",
      "WrongChain",
      "ListenFailed",
    ]) {
      assert.equal(exit(code), EXIT.usage, code);
    }
  });

  it("3 for a safety stop", () => {
    for (const code of ["SafetyStop", "F2"]) assert.equal(exit(code), EXIT.safetyStop, code);
  });

  it("1 for everything else", () => {
    assert.equal(exit("RecordWriteFailed"), EXIT.failure);
    assert.equal(exitCodeOf(new Error("boom")), EXIT.failure);
    assert.equal(exitCodeOf("boom"), EXIT.failure);
  });
});
