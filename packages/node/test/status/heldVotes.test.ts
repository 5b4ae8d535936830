import assert from "node:assert/strict";
import { initialState } from "@causeway/consensus/state";
import { apply } from "@causeway/consensus/transition";
import type { ConsensusMessage } from "@causeway/protocol/consensusMessage";
import type { Address } from "@causeway/protocol/hex";
import { heldVotes } from "../../src/status/heldVotes.js";
import { fakeBlock } from "../fakes/blocks.js";
import { FakeChain } from "../fakes/fakeChain.js";
import { setOf } from "../support/certify.js";
import { testKeyRings } from "../support/testKeys.js";

const SET = setOf(testKeyRings(4));
const [FIRST, SECOND, , SELF] = SET as [Address, Address, Address, Address];
const GENESIS_HASH = `0x${"9e".repeat(32)}` as const;
const SIGNATURE = "0x00" as const;
const CONFIG = {
  ...{ blockPeriodSeconds: 1, emptyBlockPeriodSeconds: 10, requestTimeoutMs: 4_000 },
  ...{ maxRequestTimeoutMs: 60_000, keys: [SELF], keysWithoutRecord: [], startedAtSeconds: 1_000 },
};

describe("votes that the consensus core holds (C12)", () => {
  it("are none before the first head", () => {
    assert.equal(heldVotes(initialState(CONFIG, [])), 0);
  });

  it("are those of the height and of the head's, and messages of the next", () => {
    const head = new FakeChain(GENESIS_HASH, SET).head();
    const block = fakeBlock({ height: 1, parentHash: GENESIS_HASH, coinbase: FIRST, validators: SET });
    const vote = (author: Address, height: number, round: number) => ({
      ...{ author, signature: SIGNATURE },
      payload: { height, round, blockHash: block.hash },
    });
    const messages: ConsensusMessage[] = [
      { kind: "proposal", ...vote(FIRST, 1, 0), block, roundChanges: [], prepares: [] },
      { kind: "prepare", ...vote(SECOND, 1, 0) },
      { kind: "prepare", ...vote(SECOND, 1, 7) },
      { kind: "prepare", ...vote(FIRST, 2, 0) },
      { kind: "prepare", ...vote(SECOND, 2, 0) },
    ];
    const nowMs = 1_001_000;
    let { state } = apply(initialState(CONFIG, []), { kind: "new-head", head, nowMs });
    for (const message of messages)
      state = apply(state, { kind: "message", peer: "p", message, nowMs }).state;
    assert.equal(heldVotes(state), 3 + 2);
    const next = { ...head, height: 1, hash: block.hash, certificate: null };
    assert.equal(heldVotes(apply(state, { kind: "new-head", head: next, nowMs }).state), 3 + 2);
  });
});
