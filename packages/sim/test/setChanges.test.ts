import assert from "node:assert/strict";
import type { Log } from "@causeway/chain/types/receipt";
import type { Address, Hash, Hex } from "@causeway/protocol/hex";
import { PREDEPLOYS } from "@causeway/protocol/predeploys";
import { maxFaulty } from "@causeway/protocol/quorum";
import { drawSetChanges, type SetChange } from "../src/operators/setChanges.js";
import { VALIDATOR_SET, ValidatorContract } from "../src/operators/validatorContract.js";
import { Coverage } from "../src/run/coverage.js";
import { drawKnobs } from "../src/run/knobs.js";
import { simulateSeed } from "../src/run/simulateSeed.js";
import { SeededRandom } from "../src/time/seededRandom.js";

/** Chosen for what they show. */
const SEEDS = ["sets-0", "sets-6", "sets-7", "sets-9"];
const DRAWS = 2_000;
const EPOCH_LENGTH = 3;
const GENESIS: Hash = `0x${"00".repeat(32)}`;

describe("changes of the set by the operators, with real execution", () => {
  it(`V1 V2 V4: ${SEEDS.length} fixed seeds rotate, add and remove validators and break no rule`, async () => {
    const coverage = new Coverage();
    for (const seed of SEEDS) {
      const knobs = drawKnobs(new SeededRandom(seed).fork("knobs"), "real");
      const { violation, coverage: shown } = await simulateSeed(seed, knobs);
      assert.equal(violation, null, `causeway sim --seed ${seed} --execution real --trace`);
      coverage.merge(shown);
    }
    const wanted = ["operators rotate", "operators add", "operators remove", "set change (real)"];
    const missing = wanted.filter((what) => coverage.count(what) === 0);
    assert.deepEqual(missing, [], "what these seeds no longer show; others may");
  }).timeout(240_000);

  it("leave at most f byzantine validators in every set on the way, and never fewer than four", () => {
    const random = new SeededRandom("plans");
    const kinds = new Set<SetChange["kind"]>();
    for (let i = 0; i < DRAWS; i++) {
      const nodes = random.integer(4, 9);
      const traitors = random.integer(0, maxFaulty(nodes));
      const drawn = drawSetChanges(random, nodes, traitors);
      if (drawn === null) continue;
      let size = drawn.first.length;
      for (const { kind } of [{ kind: null }, ...drawn.operators.changes]) {
        if (kind !== null) kinds.add(kind);
        size += kind === "add" ? 1 : kind === "remove" ? -1 : 0;
        assert.ok(size >= 4 && maxFaulty(size) >= traitors, `${size} validators, ${traitors} byzantine`);
      }
    }
    assert.equal(kinds.size, 3);
  });
});

describe("ValidatorContract", () => {
  const [a, b, c, d] = ["aa", "bb", "cc", "dd"].map((byte): Address => `0x${byte.repeat(20)}`) as [
    Address,
    Address,
    Address,
    Address,
  ];

  function contractOf(...list: Address[]) {
    const contract = new ValidatorContract(GENESIS, list, EPOCH_LENGTH);
    let number = 0;
    return {
      contract,
      block: (...logs: Log[]) => contract.finalized({ number: ++number, hash: GENESIS }, logs),
      again: (...logs: Log[]) => contract.finalized({ number, hash: GENESIS }, logs),
    };
  }

  it("V1: what the list is when an epoch ends is the set of the next", () => {
    const { contract, block } = contractOf(a, b);
    block(event("Rotated", b, d));
    block(event("ValidatorAdded", c, a));
    assert.deepEqual(
      [contract.setAt(0), contract.setAt(1), contract.setAt(3)],
      [
        [a, b],
        [a, b],
        [a, b],
      ],
    );
    block(event("ValidatorRemoved", a));
    block(event("ValidatorAdded", b, a));
    assert.deepEqual(
      [contract.setAt(3), contract.setAt(4), contract.setAt(6)],
      [
        [a, b],
        [c, d],
        [c, d],
      ],
    );
  });

  it("takes each block once, and what other contracts say for nothing", () => {
    const { contract, block, again } = contractOf(a, b);
    block(event("ValidatorAdded", c, a), { ...event("ValidatorAdded", d, a), address: PREDEPLOYS.mint });
    again(event("ValidatorRemoved", a));
    assert.deepEqual([...contract.list], [a, b, c]);
  });

  it("V3: knows which proposals are open and who voted for them, until one changes the electorate", () => {
    const { contract, block } = contractOf(a, b);
    block(event("Proposed", 0, 0, c, d, a, 5), event("Voted", 0, a));
    assert.deepEqual([...(contract.proposal(0, c)?.votes ?? [])], [a]);
    assert.equal(contract.proposal(1, c), undefined);
    block();
    block();
    assert.notEqual(contract.proposal(0, c), undefined);
    block();
    assert.equal(contract.proposal(0, c), undefined, "expired for the next block");
    block(event("Proposed", 1, 1, b, d, a, 9), event("ReadyPosted", c, 4));
    assert.equal(contract.readyAt(c), 4);
    block(event("ValidatorAdded", c, a));
    assert.equal(contract.proposal(1, b), undefined);
  });
});

function event(name: string, ...args: readonly unknown[]): Log {
  const { topics, data } = VALIDATOR_SET.encodeEventLog(name, args);
  return {
    address: PREDEPLOYS.validatorSet,
    topics: topics as Hash[],
    data: data as Hex,
    blockNumber: 0,
    blockHash: GENESIS,
    blockTimestamp: 0,
    transactionHash: GENESIS,
    transactionIndex: 0,
    logIndex: 0,
  };
}
