import assert from "node:assert/strict";
import { RLP } from "@ethereumjs/rlp";
import fc from "fast-check";
import type { Block } from "../../src/block.js";
import type {
  ConsensusMessage,
  RoundChangeMessage,
  SignedPrepare,
  SignedRoundChange,
} from "../../src/consensusMessage.js";
import { type Address, fromHex, type Hash, ZERO_HASH } from "../../src/hex.js";
import { recoverWithEthers } from "../../src/signature.js";
import { decodeConsensusMessage, encodeConsensusMessage } from "../../src/wire/consensusMessageCodec.js";
import {
  consensusFrameBytesMax,
  PREPARE_BYTES_MAX,
  ROUND_CHANGE_BYTES_MAX,
} from "../../src/wire/frameLimits.js";
import { WIRE_CODE } from "../../src/wire/wireCode.js";
import {
  blocks,
  blockVotes,
  checkpoints,
  nonZeroHashes,
  records,
  roundChanges,
  rounds,
  safeIntegers,
  seals,
} from "../support/arbitraries.js";
import { assertOnlyCausewayErrors, assertThrowsCode } from "../support/assertCode.js";
import { author, domain, makeValidators, type Validator } from "../support/validators.js";

/** Stands in for curve arithmetic where a property runs often: any signature has the signer its first bytes name. */
const fakeRecover = (_digest: Hash, signature: string): Address => `0x${signature.slice(2, 42)}`;
const signedBy = (signature: Hash) => ({ signature, author: fakeRecover(ZERO_HASH, signature) });

const prepares: fc.Arbitrary<SignedPrepare[]> = fc.array(
  fc.tuple(blockVotes, seals).map(([payload, seal]) => ({ payload, ...signedBy(seal) })),
  { maxLength: 4 },
);
const bareRoundChanges: fc.Arbitrary<SignedRoundChange> = fc
  .tuple(roundChanges, seals)
  .map(([payload, seal]) => ({ payload, ...signedBy(seal) }));

const messages: fc.Arbitrary<ConsensusMessage> = fc.oneof(
  fc
    .tuple(blocks, rounds, seals, fc.array(bareRoundChanges, { maxLength: 4 }), prepares)
    .map(([block, round, seal, roundChanges, prepares]) => ({
      kind: "proposal" as const,
      payload: { height: block.height, round, blockHash: block.hash },
      ...signedBy(seal),
      block,
      roundChanges,
      prepares,
    })),
  fc
    .tuple(blockVotes, seals)
    .map(([payload, seal]) => ({ kind: "prepare" as const, payload, ...signedBy(seal) })),
  fc
    .tuple(checkpoints, seals)
    .map(([payload, seal]) => ({ kind: "commit" as const, payload, ...signedBy(seal) })),
  fc
    .tuple(bareRoundChanges, prepares, fc.option(blocks))
    .map(([bare, prepares, block]): RoundChangeMessage => {
      const { prepared } = bare.payload;
      if (prepared === null) return { kind: "round-change", ...bare, prepares: [], block: null };
      const claim = block === null ? prepared : { ...prepared, blockHash: block.hash };
      return {
        kind: "round-change",
        ...bare,
        payload: { ...bare.payload, prepared: claim },
        prepares,
        block,
      };
    }),
);

const decode = (bytes: Uint8Array) => decodeConsensusMessage(bytes, domain, fakeRecover);

/** The encoding with one field of its RLP replaced, reached by the path of indices. */
function withField(message: ConsensusMessage, path: readonly number[], value: unknown): Uint8Array {
  const bytes = encodeConsensusMessage(message);
  const fields = RLP.decode(bytes.subarray(1)) as unknown[];
  const parent = path.slice(0, -1).reduce<unknown[]>((list, i) => list[i] as unknown[], fields);
  parent[path[path.length - 1] as number] = value;
  return Uint8Array.of(bytes[0] as number, ...RLP.encode(fields as Uint8Array[]));
}

describe("consensus message codec (X8, C16)", () => {
  it("every message survives, and its encoding is the only one", () => {
    fc.assert(
      fc.property(messages, (message) => {
        const bytes = encodeConsensusMessage(message);
        const decoded = decode(bytes);
        assert.deepEqual(decoded, message);
        assert.deepEqual(encodeConsensusMessage(decoded), bytes);
      }),
      { numRuns: 200 },
    );
  });

  it("throws nothing but CausewayError on any bytes or any damage", () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(WIRE_CODE)), fc.uint8Array(), (code, bytes) => {
        assertOnlyCausewayErrors(() => decode(Uint8Array.of(code, ...bytes)));
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(messages, fc.nat(), fc.nat(255), (message, position, value) => {
        const bytes = encodeConsensusMessage(message);
        assertOnlyCausewayErrors(() => decode(bytes.with(position % bytes.length, value)));
      }),
      { numRuns: 500 },
    );
  });

  describe("with true signatures", () => {
    const validators = makeValidators(4);
    const [first] = validators as [Validator];
    const [block] = fc.sample(blocks, { numRuns: 1, seed: 7 }) as [Block];
    const { height, hash: blockHash } = block;
    const vote = { height, round: 1, blockHash };
    const prepared = { height, round: 0, blockHash };
    const claim = { height, round: 1, prepared: { round: 0, blockHash } };
    const quorum = validators.slice(0, 3);
    const justification = quorum.map((v) => author(v, { kind: "prepare", payload: prepared }));
    const bare = quorum.map((v) => author(v, { kind: "round-change", payload: claim }));
    const proposal: ConsensusMessage = {
      kind: "proposal",
      ...author(first, { kind: "proposal", payload: vote }),
      block,
      roundChanges: bare,
      prepares: justification,
    };
    const roundChange: ConsensusMessage = {
      kind: "round-change",
      ...(bare[0] as SignedRoundChange),
      prepares: justification,
      block,
    };
    const recoverAll = (bytes: Uint8Array) => decodeConsensusMessage(bytes, domain, recoverWithEthers);

    it("recovers every signer, nested ones too", () => {
      for (const message of [proposal, roundChange]) {
        assert.deepEqual(recoverAll(encodeConsensusMessage(message)), message);
      }
    });

    it("a PREPARE is not taken for a PROPOSAL: the signer comes out as somebody else", () => {
      const prepare = author(first, { kind: "prepare", payload: vote });
      const bytes = encodeConsensusMessage({ ...proposal, ...prepare } as ConsensusMessage);
      assert.notEqual(recoverAll(bytes).author, first.address);
    });

    it("a signature of another chain comes out as somebody else", () => {
      const other = { ...domain, chainId: 1 };
      const decoded = decodeConsensusMessage(encodeConsensusMessage(proposal), other, recoverWithEthers);
      assert.notEqual(decoded.author, first.address);
    });

    it("V6: a vote signed before an override of its height comes out as somebody else's, nested ones too", () => {
      const overrides = [{ height: vote.height, validators: validators.map(({ address }) => address) }];
      const decoded = (message: ConsensusMessage) =>
        decodeConsensusMessage(encodeConsensusMessage(message), { ...domain, overrides }, recoverWithEthers);
      const prepare = { kind: "prepare", ...(justification[0] as SignedPrepare) } as const;
      const all: ConsensusMessage[] = [proposal, roundChange, prepare];
      for (const message of all) assert.notEqual(decoded(message).author, message.author, message.kind);
      for (const nested of (decoded(roundChange) as RoundChangeMessage).prepares)
        assert.ok(validators.every(({ address }) => address !== nested.author));
    });

    const cases: [string, ConsensusMessage, number[], unknown, string, string?][] = [
      ["a block of another hash", proposal, [0, 2], fromHex(ZERO_HASH), "proposal.block"],
      ["a round beyond uint32", proposal, [0, 1], 2 ** 32, "proposal.round"],
      ["a height that is no safe integer", proposal, [0, 0], 2 ** 53, "proposal.height"],
      ["a height with a leading zero", proposal, [0, 0], Uint8Array.of(0, 1), "proposal.height"],
      ["a short hash", proposal, [0, 2], new Uint8Array(31), "proposal.blockHash"],
      ["a list for a hash", proposal, [0, 2], [], "proposal.blockHash"],
      [
        "a nested signature of v = 29",
        proposal,
        [3, 1, 3],
        signatureWithV(29),
        "proposal.prepares[1].signature",
      ],
      ["65 round-changes", proposal, [2], tooMany(), "proposal.roundChanges"],
      ["65 prepares", roundChange, [1], tooMany(), "roundChange.prepares"],
      ["a prepared round without a hash", roundChange, [0, 3], fromHex(ZERO_HASH), "roundChange"],
      ["another block than it claims", roundChange, [0, 3], new Uint8Array(32).fill(1), "roundChange.block"],
      ["a malformed block", roundChange, [2], Uint8Array.of(1), "block", "BlockMalformed"],
      ["a field too many", roundChange, [3], 1, "roundChange"],
    ];
    for (const [name, message, path, value, field, code] of cases) {
      it(`${code ?? "WireMalformed"}: ${name}`, () => {
        assertThrowsCode(() => recoverAll(withField(message, path, value)), code ?? "WireMalformed", field);
      });
    }

    it("WireMalformed: a nonzero prepared round with a zero hash", () => {
      const bytes = withField(
        { ...roundChange, prepares: [], block: null } as ConsensusMessage,
        [0, 3],
        fromHex(ZERO_HASH),
      );
      const fields = RLP.decode(bytes.subarray(1)) as Uint8Array[][];
      (fields[0] as Uint8Array[])[2] = Uint8Array.of(1);
      const changed = Uint8Array.of(bytes[0] as number, ...RLP.encode(fields));
      assertThrowsCode(() => recoverAll(changed), "WireMalformed", "roundChange.preparedRound");
    });

    it("a block of another height than signed passes: the core refuses it by its rule", () => {
      const decoded = recoverAll(withField(proposal, [0, 0], height + 1));
      assert.equal(decoded.payload.height, height + 1);
    });

    it("WireMalformed: a signature that recovers to nobody", () => {
      const nobody = () => null;
      assertThrowsCode(
        () => decodeConsensusMessage(encodeConsensusMessage(proposal), domain, nobody),
        "WireMalformed",
        "proposal.signature",
      );
    });

    it("WireMalformed: a code of another protocol", () => {
      const bytes = encodeConsensusMessage(proposal).with(0, WIRE_CODE.hello);
      assertThrowsCode(() => recoverAll(bytes), "WireMalformed", "code");
    });
  });

  it("N2: the frame bound holds the largest message of each kind", () => {
    const maximal = records({ height: safeIntegers, seal: seals, hash: nonZeroHashes }).map(
      ({ seal, hash }) => {
        const height = Number.MAX_SAFE_INTEGER;
        const round = 0xffff_ffff;
        const claim = { height, round, prepared: { round, blockHash: hash } };
        const vote = { height, round, blockHash: hash };
        return {
          roundChange: { payload: claim, ...signedBy(seal) },
          prepare: { payload: vote, ...signedBy(seal) },
        };
      },
    );
    const [{ roundChange, prepare }] = fc.sample(maximal, { numRuns: 1, seed: 7 }) as [
      { roundChange: SignedRoundChange; prepare: SignedPrepare },
    ];
    const [block] = fc.sample(blocks, { numRuns: 1, seed: 7 }) as [Block];
    for (const n of [1, 4, 64]) {
      const message: ConsensusMessage = {
        kind: "proposal",
        payload: { ...prepare.payload, height: block.height, blockHash: block.hash },
        ...signedBy(prepare.signature),
        block,
        roundChanges: Array.from({ length: n }, () => roundChange),
        prepares: Array.from({ length: n }, () => prepare),
      };
      const { length } = encodeConsensusMessage(message);
      assert.ok(length <= consensusFrameBytesMax(block.bytes.length), `n = ${n}: ${length} bytes`);
    }
    assert.ok(encodeConsensusMessage({ kind: "prepare", ...prepare }).length <= PREPARE_BYTES_MAX + 1);
    const bareLength =
      RLP.encode([
        [Number.MAX_SAFE_INTEGER, 2 ** 32 - 1, 2 ** 32 - 1, new Uint8Array(32), new Uint8Array(65)],
      ]).length - 2;
    assert.ok(bareLength <= ROUND_CHANGE_BYTES_MAX);
  });
});

function signatureWithV(v: number): Uint8Array {
  return new Uint8Array(65).fill(1).with(64, v);
}

function tooMany(): Uint8Array[] {
  return Array.from({ length: 65 }, () => new Uint8Array());
}
