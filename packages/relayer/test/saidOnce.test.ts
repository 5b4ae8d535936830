import assert from "node:assert/strict";
import { SaidOnce } from "../src/saidOnce.js";

describe("SaidOnce", () => {
  it("says a thing once a minute, and at once when it changes or was forgotten", () => {
    const said = new SaidOnce();
    assert.equal(said.isNews("claim:1", "no funds", 0), true);
    assert.equal(said.isNews("claim:1", "no funds", 59_999), false);
    assert.equal(said.isNews("claim:2", "no funds", 59_999), true);
    assert.equal(said.isNews("claim:1", "no funds", 60_000), true);
    assert.equal(said.isNews("claim:1", "nonce too low", 60_001), true);
    said.forget("claim:1");
    assert.equal(said.isNews("claim:1", "nonce too low", 60_002), true);
  });
});
