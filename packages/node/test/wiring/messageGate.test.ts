import assert from "node:assert/strict";
import type { ConsensusMessage } from "@causeway/protocol/consensusMessage";
import { ZERO_ADDRESS } from "@causeway/protocol/hex";
import { MessageGate } from "../../src/wiring/messageGate.js";
import { fakeBlock } from "../fakes/blocks.js";

const block = fakeBlock({ height: 1 });
const vote = {
  payload: { height: 1, round: 0, blockHash: block.hash },
  author: ZERO_ADDRESS,
  signature: "0x",
} as const;
const prepare: ConsensusMessage = { kind: "prepare", ...vote };
const proposal: ConsensusMessage = { kind: "proposal", ...vote, block, roundChanges: [], prepares: [] };

function setup(fault: string | null) {
  const passed: string[] = [];
  const refused: string[] = [];
  let release: () => void = () => {};
  let checks = 0;
  const checked = new Promise<void>((resolve) => {
    release = resolve;
  });
  const gate = new MessageGate({
    bodyFault: async () => {
      checks += 1;
      await checked;
      return fault;
    },
    isValidator: (address) => address === ZERO_ADDRESS,
    submit: (peer, { kind }) => passed.push(`${peer} ${kind}`),
    refuse: (peer, _message, rule) => refused.push(`${peer} ${rule}`),
  });
  const settle = async () => {
    release();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { gate, passed, refused, settle, checks: () => checks };
}

describe("MessageGate (C16)", () => {
  it("lets votes through at once and a PROPOSAL once its body is seen to be its header's", async () => {
    const { gate, passed, settle } = setup(null);
    gate.receive("a", proposal);
    gate.receive("a", prepare);
    assert.deepEqual(passed, ["a prepare"]);
    await settle();
    assert.deepEqual(passed, ["a prepare", "a proposal"]);
  });

  it("refuses a swapped body by its rule, so that it never takes the place of the real one", async () => {
    const { gate, passed, refused, settle } = setup("H1.transactionsRoot");
    gate.receive("a", proposal);
    await settle();
    assert.deepEqual(passed, []);
    assert.deepEqual(refused, ["a H1.transactionsRoot"]);
  });

  it("looks once at a block that several peers send", async () => {
    const { gate, passed, settle, checks } = setup(null);
    gate.receive("a", proposal);
    await settle();
    gate.receive("b", proposal);
    assert.deepEqual(passed, ["a proposal", "b proposal"]);
    assert.equal(checks(), 1);
  });

  it("checks a bounded number of blocks of one peer at a time", async () => {
    const { gate, passed, settle } = setup(null);
    for (let i = 0; i < 100; i++) gate.receive("a", proposal);
    gate.receive("b", proposal);
    await settle();
    assert.equal(passed.filter((entry) => entry.startsWith("a")).length, 8);
    assert.equal(passed.filter((entry) => entry.startsWith("b")).length, 1);
  });

  it("N2: the body of a stranger's PROPOSAL is not even looked at; its votes are left to the core", async () => {
    const { gate, passed, refused, settle, checks } = setup(null);
    const author = `0x${"ee".repeat(20)}` as const;
    gate.receive("a", { ...proposal, author });
    gate.receive("a", { ...prepare, author });
    await settle();
    assert.equal(checks(), 0);
    assert.deepEqual(passed, ["a prepare"]);
    assert.deepEqual(refused, []);
  });
});
