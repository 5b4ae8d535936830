import assert from "node:assert/strict";
import type { Hex } from "@causeway/protocol/hex";
import { maySend } from "../../src/rules/senderCode.js";

const DELEGATION: Hex = `0xef0100${"ab".repeat(20)}`;

describe("who may send (EIP-3607, EIP-7702)", () => {
  it("is nobody with code, unless it is a delegation: the prefix and one address", () => {
    assert.ok(maySend("0x"));
    assert.ok(maySend(DELEGATION));
    for (const code of ["0x00", "0xef0100", `${DELEGATION}00`, DELEGATION.slice(0, -2)] as const) {
      assert.equal(maySend(code as Hex), false, code);
    }
  });

  it("is nobody with a delegation before Prague", () => {
    assert.equal(maySend(DELEGATION, "cancun"), false);
  });
});
