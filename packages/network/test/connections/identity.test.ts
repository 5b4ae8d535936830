import assert from "node:assert/strict";
import { generateKeyPairFromSeed } from "@libp2p/crypto/keys";
import { peerIdFromPrivateKey } from "@libp2p/peer-id";
import { peerIdOf } from "../../src/connections/identity.js";
import { NetworkError } from "../../src/networkError.js";
import { seedOf } from "../support/testNode.js";

describe("node identity", () => {
  it("is the one libp2p derives from the same seed", async () => {
    for (const index of [0, 1, 2]) {
      const expected = peerIdFromPrivateKey(await generateKeyPairFromSeed("Ed25519", seedOf(index)));
      assert.equal(peerIdOf(seedOf(index)), expected.toString());
    }
  });

  it("IdentityInvalid: a seed of another length", () => {
    assert.throws(
      () => peerIdOf(new Uint8Array(31)),
      (error: unknown) => error instanceof NetworkError && error.code === "IdentityInvalid",
    );
  });
});
