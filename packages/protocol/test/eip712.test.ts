import assert from "node:assert/strict";
import { AbiCoder, keccak256, solidityPackedKeccak256, TypedDataEncoder } from "ethers";
import fc from "fast-check";
import { checkpointDigest } from "../src/checkpoint.js";
import { type BlockVote, consensusDigest } from "../src/consensusMessage.js";
import { domainSeparator, type SigningDomain, word } from "../src/eip712.js";
import { handshakeDigest } from "../src/handshake.js";
import { type Address, type Hash, toHex, ZERO_HASH } from "../src/hex.js";
import { PREDEPLOYS } from "../src/predeploys.js";
import { readyDigest } from "../src/ready.js";
import { addresses, blockVotes, checkpoints, hashes, records, roundChanges } from "./support/arbitraries.js";

/** X1 and C3, written out once more for ethers' own encoder. */
const TYPES = {
  Proposal: fieldsOf("uint64 height,uint32 round,bytes32 blockHash"),
  Prepare: fieldsOf("uint64 height,uint32 round,bytes32 blockHash"),
  RoundChange: fieldsOf("uint64 height,uint32 round,uint32 preparedRound,bytes32 preparedHash"),
  Handshake: fieldsOf("bytes peer,bytes remotePeer,bytes32 remoteNonce"),
  Ready: fieldsOf("address candidate,bytes32 recentBlockHash"),
  Checkpoint: fieldsOf(
    "uint64 height,uint32 round,uint64 timestamp,bytes32 blockHash,bytes32 stateRoot,bytes32 outboxRoot,uint64 outboxCount,bytes32 inboxAcc,uint64 inboxCount,bytes32 validatorSetHash,bytes32 nextValidatorSetHash",
  ),
};

function fieldsOf(list: string): { type: string; name: string }[] {
  return list.split(",").map((field) => {
    const [type, name] = field.split(" ") as [string, string];
    return { type, name };
  });
}

function ethersDigest(domain: SigningDomain, type: keyof typeof TYPES, value: object): string {
  return TypedDataEncoder.hash(ethersDomain(domain), { [type]: TYPES[type] }, value);
}

function ethersDomain({ chainId, genesisHash }: SigningDomain) {
  return { name: "Causeway", version: "1", chainId, salt: genesisHash };
}

interface Signed {
  readonly payload: BlockVote;
  readonly digest: Hash;
}

/** V6, written out once more. */
function salted({ chainId, genesisHash }: SigningDomain, from: number, validators: readonly Address[]) {
  const list = keccak256(AbiCoder.defaultAbiCoder().encode(["address[]"], [validators]));
  const types = ["bytes32", "uint256", "bytes32"];
  return { chainId, genesisHash: solidityPackedKeccak256(types, [genesisHash, from, list]) as Hash };
}

const domains = records({
  chainId: fc.integer({ min: 1, max: 2 ** 40 }),
  genesisHash: hashes,
  overrides: fc.constant([]),
});

describe("EIP-712 digests agree with ethers", () => {
  it("domain", () => {
    fc.assert(
      fc.property(domains, (domain) => {
        assert.equal(domainSeparator(domain), TypedDataEncoder.hashDomain(ethersDomain(domain)));
        assert.equal(domainSeparator({ ...domain }), domainSeparator(domain));
      }),
    );
  });

  it("Checkpoint, as a COMMIT signs it", () => {
    fc.assert(
      fc.property(domains, checkpoints, (domain, checkpoint) => {
        const expected = ethersDigest(domain, "Checkpoint", checkpoint);
        assert.equal(checkpointDigest(domain, checkpoint), expected);
        assert.equal(consensusDigest(domain, { kind: "commit", payload: checkpoint }), expected);
      }),
    );
  });

  it("Proposal and Prepare, which differ by type alone", () => {
    fc.assert(
      fc.property(domains, blockVotes, (domain, payload) => {
        const proposal = consensusDigest(domain, { kind: "proposal", payload });
        const prepare = consensusDigest(domain, { kind: "prepare", payload });
        assert.equal(proposal, ethersDigest(domain, "Proposal", payload));
        assert.equal(prepare, ethersDigest(domain, "Prepare", payload));
        assert.notEqual(proposal, prepare);
      }),
    );
  });

  it("RoundChange, nothing prepared being 0 and 0x0", () => {
    fc.assert(
      fc.property(domains, roundChanges, (domain, payload) => {
        const { height, round, prepared } = payload;
        const value = {
          height,
          round,
          preparedRound: prepared?.round ?? 0,
          preparedHash: prepared?.blockHash ?? ZERO_HASH,
        };
        assert.equal(
          consensusDigest(domain, { kind: "round-change", payload }),
          ethersDigest(domain, "RoundChange", value),
        );
      }),
    );
  });

  it("V6: votes from an override on have a salt of their own, COMMITs and votes below it none", () => {
    const lists = fc.uniqueArray(addresses, { minLength: 1, maxLength: 6 }).map((list) => list.sort());
    fc.assert(
      fc.property(
        domains,
        blockVotes,
        checkpoints,
        lists,
        lists,
        (plain, vote, checkpoint, first, second) => {
          const height = Math.min(vote.height, Number.MAX_SAFE_INTEGER - 3);
          const overrides = [
            { height: height + 1, validators: first },
            { height: height + 3, validators: second },
          ];
          const domain = { ...plain, overrides };
          const [before, at, after, next] = [0, 1, 2, 3].map((above) => {
            const payload = { ...vote, height: height + above };
            return { payload, digest: consensusDigest(domain, { kind: "prepare", payload }) };
          }) as [Signed, Signed, Signed, Signed];
          assert.equal(before.digest, ethersDigest(plain, "Prepare", before.payload));
          for (const { payload, digest } of [at, after])
            assert.equal(digest, ethersDigest(salted(plain, height + 1, first), "Prepare", payload));
          assert.equal(next.digest, ethersDigest(salted(plain, height + 3, second), "Prepare", next.payload));
          const payload = { ...checkpoint, height: height + 2 };
          assert.equal(
            consensusDigest(domain, { kind: "commit", payload }),
            ethersDigest(plain, "Checkpoint", payload),
          );
        },
      ),
    );
  });

  it("Handshake, over peer ids of any length", () => {
    fc.assert(
      fc.property(domains, fc.uint8Array(), fc.uint8Array(), hashes, (domain, a, b, remoteNonce) => {
        const value = { peer: toHex(a), remotePeer: toHex(b), remoteNonce };
        assert.equal(handshakeDigest(domain, value), ethersDigest(domain, "Handshake", value));
      }),
    );
  });
});

describe("Ready, whose domain names ValidatorSet instead of the genesis", () => {
  it("agrees with ethers", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 40 }), addresses, hashes, (chainId, candidate, hash) => {
        const value = { candidate, recentBlockHash: hash };
        const domain = {
          name: "Causeway",
          version: "1",
          chainId,
          verifyingContract: PREDEPLOYS.validatorSet,
        };
        assert.equal(
          readyDigest(chainId, value),
          TypedDataEncoder.hash(domain, { Ready: TYPES.Ready }, value),
        );
      }),
    );
  });
});

describe("word", () => {
  it("is 32 bytes, big-endian", () => {
    assert.equal(word(0), ZERO_HASH);
    assert.equal(word(258), `0x${"00".repeat(30)}0102`);
    assert.equal(word(2n ** 256n - 1n), `0x${"ff".repeat(32)}`);
  });

  it("refuses what has no such word", () => {
    assert.throws(() => word(-1));
    assert.throws(() => word(2n ** 256n));
  });
});
