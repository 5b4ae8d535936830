import assert from "node:assert/strict";
import type { Address } from "@causeway/protocol/hex";
import { parseEther } from "ethers";
import { formatValidatorSet, waitsFor } from "../../src/validator/formatValidatorSet.js";
import type { Proposal } from "../../src/validator/readProposals.js";
import { nextEpochFrom, type ValidatorSetState } from "../../src/validator/readValidatorSet.js";

const address = (digits: string): Address => `0x${digits.repeat(20)}`;
const [STAYING, JOINING, LEAVING, OPERATOR] = ["aa", "bb", "cc", "01"].map(address) as [
  Address,
  Address,
  Address,
  Address,
];
const ADDITION: Proposal = {
  id: 3,
  change: "add",
  subject: JOINING,
  operator: OPERATOR,
  proposer: OPERATOR,
  expiresAtBlock: 60,
  votes: [STAYING],
  readyAt: 0,
};
const STATE: ValidatorSetState = {
  block: 118,
  epochLength: 10,
  nextEpochFrom: 121,
  votesNeeded: 3,
  churnLeft: 1,
  validators: [
    {
      consensusKey: STAYING,
      operator: OPERATOR,
      operatorBalance: parseEther("9.98765"),
      inForce: true,
      inNextEpoch: true,
    },
    { consensusKey: JOINING, operator: OPERATOR, operatorBalance: 0n, inForce: false, inNextEpoch: true },
    { consensusKey: LEAVING, operator: null, operatorBalance: 0n, inForce: true, inNextEpoch: false },
  ],
  attesters: [],
  proposals: [ADDITION],
};

describe("causeway validator list", () => {
  it("shows who is in force, who joins and leaves at which block, and what proposals wait for", () => {
    assert.deepEqual(formatValidatorSet(STATE).split("\n"), [
      "block 118: 2 validators in force; a change needs 3 votes",
      "epochs of 10 blocks: what changes now is in force from block 121; 1 more change possible until then",
      "",
      `validator${" ".repeat(35)}operator${" ".repeat(36)}balance`,
      `${STAYING}  ${OPERATOR}  9.987 ETH  in force`,
      `${JOINING}  ${OPERATOR}  0.000 ETH  joins at block 121`,
      `${LEAVING}${" ".repeat(57)}leaves at block 121`,
      "",
      `proposal  change  subject${" ".repeat(37)}votes  open until  waits for`,
      `3         add     ${JOINING}  1/3    block 59    2 more votes, readiness of ${JOINING}`,
      "",
    ]);
  });

  it("names attesters, and says when nothing is open", () => {
    const shown = formatValidatorSet({ ...STATE, attesters: [LEAVING], proposals: [] });
    assert.match(shown, new RegExp(`\\nattesters\\n${LEAVING}\\n`));
    assert.match(shown, /\nno open proposals\n$/);
  });

  it("says what a proposal with its votes lacks: readiness younger than an epoch, then only somebody to execute it (V4)", () => {
    const votes = [STAYING, JOINING, LEAVING];
    const lacks = (changes: Partial<Proposal>) => waitsFor({ ...ADDITION, votes, ...changes }, STATE);
    assert.equal(lacks({}), `readiness of ${JOINING}`);
    assert.equal(lacks({ readyAt: 108 }), `new readiness of ${JOINING}, its last names block 108`);
    assert.equal(lacks({ readyAt: 109 }), "causeway validator execute 3");
    assert.equal(lacks({ change: "remove" }), "causeway validator execute 3");
    assert.equal(lacks({ change: "remove", votes: votes.slice(1) }), "1 more vote");
  });

  it("counts epochs as consensus does: the list after block h-1 = k·epochLength seals from h on (V1)", () => {
    assert.deepEqual(
      [0, 1, 9, 10, 11, 19, 20].map((block) => nextEpochFrom(block, 10)),
      [11, 11, 11, 21, 21, 21, 31],
    );
  });
});
