import assert from "node:assert/strict";
import { recoverAddress, TypedDataEncoder, verifyTypedData } from "ethers";
import { evidenceJson, typedDataDomain, VOTE_TYPES } from "../../src/evidence/evidenceJson.js";
import type { KeyRing } from "../../src/signer/keyRing.js";
import { EVIDENCE_KINDS, equivocation } from "../support/equivocation.js";
import { testKeyRings } from "../support/testKeys.js";

const DOMAIN = { chainId: 73_311, genesisHash: `0x${"9e".repeat(32)}` } as const;
const [LIAR] = testKeyRings(4) as [KeyRing];

describe("evidenceJson (F3)", () => {
  for (const kind of EVIDENCE_KINDS) {
    it(`C15: ${kind} can be checked with any EIP-712 library and ecrecover`, () => {
      const json = evidenceJson(equivocation(kind, LIAR, DOMAIN, 12), DOMAIN);
      const domain = typedDataDomain(DOMAIN);
      assert.equal(json.validator, LIAR.addresses[0]);
      assert.equal(
        json.removalVote,
        `causeway validator propose remove ${json.validator} --keystore operator.json`,
      );
      for (const { primaryType, message, digest, signature } of [json.first, json.second]) {
        const types = { [primaryType]: [...VOTE_TYPES[primaryType]] };
        assert.equal(TypedDataEncoder.hash(domain, types, message), digest);
        assert.equal(verifyTypedData(domain, types, message, signature).toLowerCase(), json.validator);
        assert.equal(recoverAddress(digest, signature).toLowerCase(), json.validator);
        assert.equal(message.height, 12);
      }
      assert.notEqual(json.first.digest, json.second.digest);
    });
  }
});
