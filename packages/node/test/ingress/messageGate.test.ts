import assert from "node:assert/strict";
import type { Effect } from "@causeway/consensus/effect";
import { initialState, type State } from "@causeway/consensus/state";
import { apply } from "@causeway/consensus/transition";
import type { Block } from "@causeway/protocol/block";
import type {
  ConsensusMessage,
  ProposalMessage,
  RoundChangeMessage,
  SignedPrepare,
  SignedRoundChange,
} from "@causeway/protocol/consensusMessage";
import type { Head } from "@causeway/protocol/head";
import { type Address, type Hash, ZERO_ADDRESS } from "@causeway/protocol/hex";
import { proposer } from "@causeway/protocol/validatorSet";
import { MessageGate } from "../../src/ingress/messageGate.js";
import { fakeBlock } from "../fakes/blocks.js";

const SET: readonly Address[] = [1, 2, 3, 4].map((i) => `0x${String(i).repeat(40)}` as const);
const STRANGER: Address = `0x${"ee".repeat(20)}`;
/** Of the height that is decided; the next one is 6. */
const HEIGHT = 5;
const HEAD: Head = {
  height: HEIGHT - 1,
  hash: `0x${"4b".repeat(32)}`,
  coinbase: ZERO_ADDRESS,
  timestamp: 1_000,
  validators: SET,
  nextValidators: SET,
  certificate: null,
};
const NOW_MS = 1_100_000;
const CONFIG = {
  ...{
    blockPeriodSeconds: 1,
    emptyBlockPeriodSeconds: 2,
    requestTimeoutMs: 1_000,
    maxRequestTimeoutMs: 8_000,
  },
  ...{ keys: [], keysWithoutRecord: [], startedAtSeconds: 0 },
};
const proposerOf = (round: number) => proposer(SET, HEAD.coinbase, round);

/** A node on {@link HEAD}: its gate, before a core that takes what the gate lets through. */
function setup(faults: ReadonlyMap<Uint8Array, string> = new Map()) {
  let state: State = apply(initialState(CONFIG, []), { kind: "new-head", head: HEAD, nowMs: NOW_MS }).state;
  const passed: ConsensusMessage[] = [];
  const refused: string[] = [];
  const hashed: Hash[] = [];
  const effects: Effect[] = [];
  const gate = new MessageGate({
    bodyFault: ({ hash, bytes }) => {
      hashed.push(hash);
      return faults.get(bytes) ?? null;
    },
    height: () => state.height,
    submit: (peer, message) => {
      passed.push(message);
      const step = apply(state, { kind: "message", peer, message, nowMs: NOW_MS });
      state = step.state;
      effects.push(...step.effects);
    },
    refuse: (peer, _message, rule) => refused.push(`${peer} ${rule}`),
  });
  const evidence = () =>
    effects.flatMap((effect) => (effect.kind === "evidence" ? effect.evidence.kind : []));
  return { gate, passed, refused, hashed, effects, evidence };
}

/** The block of `salt` that a validator may propose on the head. */
function blockOf(coinbase: Address, salt = 0, height = HEIGHT): Block {
  return fakeBlock({ height, parentHash: HEAD.hash, coinbase, validators: SET, salt, timestamp: 1_050 });
}

function proposal(change: {
  readonly round?: number;
  readonly author?: Address;
  readonly block?: Block;
  readonly height?: number;
  readonly roundChanges?: readonly SignedRoundChange[];
}): ProposalMessage {
  const { round = 0, height = HEIGHT, roundChanges = [] } = change;
  const author = change.author ?? proposerOf(round);
  const block = change.block ?? blockOf(author, 0, height);
  const payload = { height, round, blockHash: block.hash };
  return { kind: "proposal", payload, author, signature: "0x", block, roundChanges, prepares: [] };
}

/** What justifies a fresh PROPOSAL of a round (C2). */
function roundChangesTo(round: number): SignedRoundChange[] {
  const payload = { height: HEIGHT, round, prepared: null };
  return SET.slice(0, 3).map((author) => ({ payload, author, signature: "0x" }));
}

function preparesFor(blockHash: Hash, authors: readonly Address[]): SignedPrepare[] {
  const payload = { height: HEIGHT, round: 0, blockHash };
  return authors.map((author) => ({ payload, author, signature: "0x" }));
}

function roundChange(block: Block, prepares = preparesFor(block.hash, SET.slice(0, 3))): RoundChangeMessage {
  const payload = { height: HEIGHT, round: 1, prepared: { round: 0, blockHash: block.hash } };
  return { kind: "round-change", payload, author: SET[1] ?? ZERO_ADDRESS, signature: "0x", prepares, block };
}

describe("MessageGate (C16, N2)", () => {
  it("lets votes through, and a PROPOSAL once its body is seen to be its header's", () => {
    const { gate, passed, hashed } = setup();
    const message = proposal({});
    gate.receive("a", { kind: "prepare", payload: message.payload, author: message.author, signature: "0x" });
    gate.receive("a", message);
    assert.deepEqual(
      passed.map(({ kind }) => kind),
      ["prepare", "proposal"],
    );
    assert.deepEqual(hashed, [message.block.hash]);
  });

  it("refuses a swapped body by its rule, and takes the real one after it", () => {
    const real = proposal({});
    const bytes = blockOf(STRANGER).bytes;
    const { gate, passed, refused } = setup(new Map([[bytes, "H1.transactionsRoot"]]));
    gate.receive("liar", { ...real, block: { ...real.block, bytes } });
    gate.receive("a", real);
    gate.receive("liar", { ...real, block: { ...real.block, bytes } });
    assert.deepEqual(refused, ["liar H1.transactionsRoot", "liar C16.body"]);
    assert.deepEqual(passed, [real]);
  });

  it("hashes a block once, by however many peers and in whatever messages it comes", () => {
    const { gate, passed, hashed } = setup();
    const { block } = proposal({});
    gate.receive("a", proposal({}));
    gate.receive("b", proposal({ block: { ...block, bytes: block.bytes.slice() } }));
    gate.receive("c", roundChange(block));
    assert.equal(passed.length, 3);
    assert.deepEqual(hashed, [block.hash]);
  });

  describe("PROPOSALs", () => {
    it("of a stranger are dropped unread; its votes are left to the core", () => {
      const { gate, passed, hashed } = setup();
      const message = proposal({ author: STRANGER });
      gate.receive("a", message);
      gate.receive("a", { kind: "prepare", payload: message.payload, author: STRANGER, signature: "0x" });
      assert.deepEqual(
        passed.map(({ kind }) => kind),
        ["prepare"],
      );
      assert.deepEqual(hashed, []);
    });

    it("of decided heights are answered (C11) unread", () => {
      const { gate, hashed, effects } = setup();
      gate.receive("a", proposal({ height: HEIGHT - 1, author: STRANGER }));
      assert.deepEqual(hashed, []);
      assert.ok(effects.some(({ kind }) => kind === "send-decided"));
    });

    it("of heights after the next are dropped unread (C12)", () => {
      const { gate, passed, hashed } = setup();
      for (let height = HEIGHT + 2; height < HEIGHT + 20; height++) gate.receive("a", proposal({ height }));
      assert.deepEqual([passed, hashed], [[], []]);
    });

    it("of the next height are looked at once for each author (C12)", () => {
      const { gate, hashed } = setup();
      for (const author of SET) {
        for (let round = 0; round < 10; round++) {
          const block = blockOf(author, round, HEIGHT + 1);
          gate.receive("a", proposal({ height: HEIGHT + 1, round, author, block }));
        }
      }
      assert.equal(hashed.length, SET.length);
    });

    it("of the next height are of that height even with a block of this one", () => {
      const { gate, hashed } = setup();
      const author = proposerOf(0);
      for (let round = 0; round < 40; round += 4) {
        const roundChanges = round === 0 ? [] : roundChangesTo(round);
        gate.receive(
          "a",
          proposal({ height: HEIGHT + 1, round, author, roundChanges, block: blockOf(author, round) }),
        );
      }
      assert.equal(hashed.length, 1);
    });

    it("that the core refuses are looked at once for each author, so that the refusal is seen (C1)", () => {
      const { gate, hashed, effects } = setup();
      const author = proposerOf(1);
      for (let round = 0; round < 100; round += 4) {
        gate.receive("a", proposal({ round, author, block: blockOf(author, round) }));
      }
      assert.equal(hashed.length, 1);
      assert.ok(effects.some((effect) => effect.kind === "refused" && effect.rule === "C1.proposer"));
    });

    it("of every round that q validators entered are let through, however many there were", () => {
      const { gate, hashed, effects } = setup();
      const author = proposerOf(0);
      for (let round = 0; round < 40; round++) {
        const roundChanges = round === 0 ? [] : roundChangesTo(round);
        gate.receive("a", proposal({ round, roundChanges, block: blockOf(proposerOf(round), round) }));
      }
      assert.equal(hashed.length, 40);
      assert.ok(!effects.some((effect) => effect.kind === "refused" && effect.author === author));
    });

    it("that contradict each other reach the core, which has its evidence (C15), and no third does", () => {
      const { gate, hashed, evidence } = setup();
      const author = proposerOf(0);
      for (let salt = 0; salt < 20; salt++) gate.receive("a", proposal({ block: blockOf(author, salt) }));
      assert.deepEqual(evidence(), ["double-proposal"]);
      assert.equal(hashed.length, 2);
    });

    it("that the core refuses do not hide that their author contradicts himself later (C15)", () => {
      const { gate, evidence } = setup();
      const author = proposerOf(0);
      for (let round = 1; round < 10; round++) {
        gate.receive("a", proposal({ round, author, block: blockOf(author, round) }));
      }
      for (const salt of [20, 21]) gate.receive("a", proposal({ block: blockOf(author, salt) }));
      assert.deepEqual(evidence(), ["double-proposal"]);
    });
  });

  describe("the block of a ROUND-CHANGE", () => {
    it("comes through where q PREPAREs name it and the core lacks it (C2, C8)", () => {
      const { gate, passed, hashed } = setup();
      const message = roundChange(blockOf(proposerOf(0)));
      gate.receive("a", message);
      assert.deepEqual(passed, [message]);
      assert.deepEqual(hashed, [message.block?.hash]);
    });

    it("refuses the message if its body is another's", () => {
      const message = roundChange(blockOf(proposerOf(0)));
      const { gate, passed, refused } = setup(
        new Map([[message.block?.bytes ?? new Uint8Array(), "H1.transactionsRoot"]]),
      );
      gate.receive("a", message);
      assert.deepEqual([passed, refused], [[], ["a H1.transactionsRoot"]]);
    });

    it("is left out where the core has it", () => {
      const { gate, passed } = setup();
      const { block } = proposal({});
      gate.receive("a", proposal({}));
      gate.receive("b", roundChange(block));
      assert.deepEqual(passed.at(-1), { ...roundChange(block), block: null });
    });

    const prepared = blockOf(proposerOf(0));
    const useless: readonly (readonly [string, RoundChangeMessage])[] = [
      ["that too few PREPAREs name", roundChange(prepared, preparesFor(prepared.hash, SET.slice(0, 2)))],
      [
        "that strangers' PREPAREs name",
        roundChange(prepared, preparesFor(prepared.hash, [STRANGER, ...SET.slice(0, 2)])),
      ],
      ["that it does not claim", { ...roundChange(prepared), block: blockOf(proposerOf(0), 9) }],
      ["of a stranger", { ...roundChange(prepared), author: STRANGER }],
      [
        "of the next height",
        { ...roundChange(prepared), payload: { ...roundChange(prepared).payload, height: HEIGHT + 1 } },
      ],
      [
        "of a decided height",
        { ...roundChange(prepared), payload: { ...roundChange(prepared).payload, height: HEIGHT - 1 } },
      ],
    ];
    for (const [what, message] of useless) {
      it(`is left out unread ${what}; the vote counts without it`, () => {
        const { gate, passed, hashed } = setup();
        gate.receive("a", message);
        assert.deepEqual(hashed, []);
        assert.deepEqual(passed, [{ ...message, block: null }]);
      });
    }
  });

  it("lets no block through before there is a head", () => {
    const passed: ConsensusMessage[] = [];
    const gate = new MessageGate({
      bodyFault: () => assert.fail("looked at a body"),
      height: () => null,
      submit: (_peer, message) => passed.push(message),
      refuse: () => assert.fail("refused"),
    });
    gate.receive("a", proposal({}));
    gate.receive("a", roundChange(blockOf(proposerOf(0))));
    assert.deepEqual(
      passed.map((message) => message.kind === "round-change" && message.block),
      [null],
    );
  });
});
