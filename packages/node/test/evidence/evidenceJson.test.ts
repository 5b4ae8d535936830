import assert from "node:assert/strict";
import { recoverAddress, TypedDataEncoder, verifyTypedData } from "ethers";
import { evidenceJson, VOTE_TYPES } from "../../src/evidence/evidenceJson.js";
import type { KeyRing } from "../../src/signer/keyRing.js";
import { EVIDENCE_KINDS, equivocation } from "../support/equivocation.js";
import { testKeyRings } from "../support/testKeys.js";

const HEIGHT = 12;
const PLAIN = { chainId: 73_311, genesisHash: `0x${"9e".repeat(32)}`, overrides: [] } as const;
const [LIAR] = testKeyRings(4) as [KeyRing];

const OVERRIDDEN = { ...PLAIN, overrides: [{ height: HEIGHT, validators: LIAR.addresses }] };

describe("evidenceJson (F3)", () => {
  for (const kind of EVIDENCE_KINDS) {
    for (const [name, domain] of Object.entries({ "": PLAIN, ", after an override (V6)": OVERRIDDEN })) {
      it(`C15: ${kind} can be checked with any EIP-712 library and ecrecover${name}`, () => {
        const json = evidenceJson(equivocation(kind, LIAR, domain, HEIGHT), domain);
        assert.equal(json.validator, LIAR.addresses[0]);
        assert.equal(
          json.removalVote,
          `causeway validator propose remove ${json.validator} --keystore operator.json`,
        );
        for (const { primaryType, message, domain: typed, digest, signature } of [json.first, json.second]) {
          const types = { [primaryType]: [...VOTE_TYPES[primaryType]] };
          assert.equal(TypedDataEncoder.hash(typed, types, message), digest);
          assert.equal(verifyTypedData(typed, types, message, signature).toLowerCase(), json.validator);
          assert.equal(recoverAddress(digest, signature).toLowerCase(), json.validator);
          assert.equal(message.height, HEIGHT);
          const isPlain = domain === PLAIN || primaryType === "Checkpoint";
          assert.equal(typed.salt === PLAIN.genesisHash, isPlain);
        }
        assert.notEqual(json.first.digest, json.second.digest);
      });
    }
  }
});
