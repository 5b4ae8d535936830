import assert from "node:assert/strict";
import { VALIDATOR_SET } from "@causeway/bridge/contractInterfaces";
import type { Hex } from "@causeway/protocol/hex";
import { exitCodeOf } from "../../src/exitCodes.js";
import { refusalOf } from "../../src/validator/refusalOf.js";

const ACCOUNT = "0x00000000000000000000000000000000000000aa";
/** What only the constructor answers: no call of a command meets it. */
const AT_GENESIS = [
  "OperatorCountMismatch",
  "ZeroOperator",
  "ZeroEpochLength",
  "ZeroMinValidators",
  "SetNotAscending",
];

function refusal(error: string, ...args: readonly unknown[]) {
  return refusalOf(VALIDATOR_SET.encodeErrorResult(error, args) as Hex, null);
}

describe("refusals of ValidatorSet (X10)", () => {
  it("every custom error a call can meet is told as a sentence with its values", () => {
    const names: string[] = [];
    VALIDATOR_SET.forEachError(({ name, inputs }) => {
      if (AT_GENESIS.includes(name)) return;
      names.push(name);
      const { message, type } = refusal(
        name,
        ...inputs.map(({ type }) => (type === "address" ? ACCOUNT : 7)),
      );
      assert.equal(type.error, name);
      assert.match(message, /^ValidatorSet refuses: /);
      assert.doesNotMatch(message, /undefined|revert data/, `${name} has no sentence: ${message}`);
      if (inputs.some(({ type }) => type === "address")) assert.match(message, /0x0{38}aa/, name);
    });
    assert.ok(names.length >= 20, names.join());
  });

  it("tells the next step", () => {
    const cases: [string, readonly unknown[], RegExp][] = [
      ["AlreadyProposed", [3], /vote for it with causeway validator vote 3$/],
      ["AlreadyVoted", [3, ACCOUNT], /has voted for proposal 3 already.*the other operators must vote$/],
      ["ChurnExhausted", [1, 9], /V3.*try again after the next epoch/],
      ["NotReady", [ACCOUNT, 0], /posted no readiness \(V4\): post it with causeway validator ready/],
      ["NotReady", [ACCOUNT, 8], /last ready at block 8, more than an epoch ago/],
      [
        "SetSizeOutOfRange",
        [3, 4, 64],
        /would have 3 entries, it must have 4 to 64 \(V2\): add a successor first/,
      ],
      ["UnknownProposal", [4, 3], /no proposal 4; the newest is 2/],
      ["UnknownProposal", [0, 0], /no proposal 0, none was made yet/],
    ];
    for (const [error, args, sentence] of cases) assert.match(refusal(error, ...args).message, sentence);
  });

  it("shows what it does not know, and ends with exit code 1", () => {
    const unknown = refusalOf("0xdeadbeef", null);
    assert.match(unknown.message, /unknown \{\} \(revert data 0xdeadbeef\)/);
    assert.equal(exitCodeOf(unknown), 1);
  });
});
