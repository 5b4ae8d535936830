import assert from "node:assert/strict";
import type { InputEvent } from "@causeway/consensus/input";
import { initialState, type State } from "@causeway/consensus/state";
import { apply } from "@causeway/consensus/transition";
import type { ConsensusMessage } from "@causeway/protocol/consensusMessage";
import type { Address } from "@causeway/protocol/hex";
import type { Clock } from "../../src/ports/clock.js";
import { roundStatus } from "../../src/status/roundStatus.js";
import { RoundWatch } from "../../src/status/roundWatch.js";
import { fakeBlock } from "../fakes/blocks.js";
import { FakeChain } from "../fakes/fakeChain.js";
import { setOf } from "../support/certify.js";
import { testKeyRings } from "../support/testKeys.js";

const SET = setOf(testKeyRings(4));
const [FIRST, SECOND, THIRD, SELF] = SET as [Address, Address, Address, Address];
const GENESIS_HASH = `0x${"9e".repeat(32)}` as const;
const SIGNATURE = "0x00" as const;

/** The core of validator 4 of 4 at height 1, whose disk and execution answer at once. */
function setup() {
  const chain = new FakeChain(GENESIS_HASH, SET);
  const time = { ms: 0, wallMs: 1_001_000 };
  const clock: Clock = { wallMs: () => time.wallMs, monotonicMs: () => time.ms };
  const watch = new RoundWatch(clock);
  const step = watch.watching(apply);
  const config = {
    ...{ blockPeriodSeconds: 1, emptyBlockPeriodSeconds: 10 },
    ...{ requestTimeoutMs: 4_000, maxRequestTimeoutMs: 60_000 },
    ...{ keys: [SELF], keysWithoutRecord: [], startedAtSeconds: 1_000 },
  };
  let state: State = initialState(config, []);
  const input = (event: InputEvent): void => {
    const next = step(state, { ...event, nowMs: clock.wallMs() });
    state = next.state;
    for (const effect of next.effects) {
      if (effect.kind === "record")
        input({ kind: "recorded", author: effect.author, signing: effect.signing, signature: SIGNATURE });
    }
  };
  const hear = (message: ConsensusMessage) => input({ kind: "message", peer: "p", message });
  const block = fakeBlock({ height: 1, parentHash: GENESIS_HASH, coinbase: FIRST, validators: SET });
  const status = (connected: readonly Address[] = []) =>
    roundStatus(state, new Set(connected), watch.inRoundMs) ?? assert.fail("no height");
  const vote = (author: Address, round = 0) => ({
    ...{ author, signature: SIGNATURE },
    payload: { height: 1, round, blockHash: block.hash },
  });
  return {
    ...{ input, time, status, block, state: () => state },
    start: () => input({ kind: "new-head", head: chain.head() }),
    propose: () => hear({ kind: "proposal", ...vote(FIRST), block, roundChanges: [], prepares: [] }),
    execute: async () => {
      const outcome = await chain.execution.execute(block, new AbortController().signal);
      const result = { ok: true, outcome } as const;
      input({ kind: "executed", height: 1, round: 0, blockHash: block.hash, result });
    },
    prepare: (author: Address) => hear({ kind: "prepare", ...vote(author) }),
    changeRound: (author: Address, round: number) => {
      const payload = { height: 1, round, prepared: null };
      hear({ kind: "round-change", author, signature: SIGNATURE, payload, prepares: [], block: null });
    },
    blockDeadline: () => input({ kind: "timeout", timer: { kind: "block", height: 1, round: 0 } }),
    emptyDeadline: () => {
      time.wallMs = 1_010_000;
      input({ kind: "timeout", timer: { kind: "block", height: 1, round: 0 } });
    },
    roundTimeout: () => input({ kind: "timeout", timer: { kind: "round", height: 1, round: 0 } }),
  };
}

describe("roundStatus: what a height waits for", () => {
  it("nothing is known before the first head", () => {
    const { state } = setup();
    assert.equal(roundStatus(state(), new Set(), 0), null);
  });

  it("the block period, then a transaction or the empty deadline, then the proposal", () => {
    const { start, blockDeadline, emptyDeadline, status } = setup();
    start();
    assert.deepEqual(status().waitsFor, { what: "block-deadline" });
    blockDeadline();
    assert.deepEqual(status().waitsFor, { what: "transaction" });
    emptyDeadline();
    assert.deepEqual(status().waitsFor, { what: "proposal", missing: [FIRST] });
    assert.deepEqual([status().proposer, status().timerRunning, status().timeoutMs], [FIRST, true, 4_000]);
  });

  it("execution, then PREPAREs k of q with who is missing, then COMMITs", async () => {
    const { start, propose, execute, prepare, status, block } = setup();
    start();
    propose();
    assert.deepEqual(status().waitsFor, { what: "execution" });
    await execute();
    prepare(FIRST);
    assert.deepEqual(status().waitsFor, { what: "prepares", have: 2, need: 3, missing: [SECOND, THIRD] });
    assert.equal(status().proposal, block.hash);
    prepare(SECOND);
    const { waitsFor, prepared } = status();
    assert.deepEqual(waitsFor, { what: "commits", have: 1, need: 3, missing: [FIRST, SECOND, THIRD] });
    assert.deepEqual(prepared, { round: 0, blockHash: block.hash });
  });

  it("after a timeout, ROUND-CHANGEs k of q, and who is heard at which round", () => {
    const { start, blockDeadline, emptyDeadline, roundTimeout, changeRound, status } = setup();
    start();
    blockDeadline();
    emptyDeadline();
    roundTimeout();
    changeRound(SECOND, 1);
    const { round, waitsFor, validators } = status([SECOND]);
    assert.equal(round, 1);
    assert.deepEqual(waitsFor, { what: "round-changes", have: 2, need: 3, missing: [FIRST, THIRD] });
    const heard = validators.map(({ round, roundChange, connected }) => [round, roundChange, connected]);
    assert.deepEqual(heard, [
      [null, null, false],
      [1, 1, true],
      [null, null, false],
      [1, 1, true],
    ]);
  });

  it("how long it has been in the round, counted from the entry into it", () => {
    const { start, blockDeadline, emptyDeadline, roundTimeout, time, status } = setup();
    start();
    time.ms = 700;
    blockDeadline();
    emptyDeadline();
    assert.equal(status().inRoundMs, 700);
    roundTimeout();
    assert.equal(status().inRoundMs, 0);
    time.ms = 1_000;
    assert.equal(status().inRoundMs, 300);
  });
});
