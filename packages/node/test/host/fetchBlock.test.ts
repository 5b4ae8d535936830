import assert from "node:assert/strict";
import type { Peer } from "@causeway/network/networkPort";
import type { Block } from "@causeway/protocol/block";
import { fetchBlock } from "../../src/host/fetchBlock.js";
import { fakeBlock } from "../fakes/blocks.js";
import { ManualTime } from "../fakes/manualTime.js";
import { silentLog } from "../fakes/silentLog.js";

const WANTED = fakeBlock({ height: 1 });
const OTHER = fakeBlock({ height: 1, salt: 1 });

function setup(answers: Record<string, () => Block | null>) {
  const time = new ManualTime();
  const asked: string[] = [];
  const penalised: string[] = [];
  const ports = {
    network: {
      peers: () => Object.keys(answers).map((id): Peer => ({ id, validator: null, height: 0, score: 0 })),
      requestBlock: async (peer: string) => {
        asked.push(peer);
        return answers[peer]?.() ?? null;
      },
      penalise: (peer: string) => penalised.push(peer),
    },
    timers: time,
    random: () => 0,
    log: silentLog,
    bodyFault: (block: Block) => (block.transactionCount > 0 ? "H1.transactionsRoot" : null),
  };
  const fetching = (signal = new AbortController().signal) => fetchBlock(ports, WANTED.hash, signal);
  return { time, asked, penalised, fetching };
}

describe("fetchBlock", () => {
  it("asks one peer after the other until one has the block", async () => {
    const { fetching, asked } = setup({
      a: () => null,
      b: () => {
        throw new Error("timeout");
      },
      c: () => WANTED,
      d: () => WANTED,
    });
    assert.equal(await fetching(), WANTED);
    assert.deepEqual(asked, ["a", "b", "c"]);
  });

  it("takes neither another block nor a swapped body, and penalises both (C2, C16)", async () => {
    const swapped = { ...WANTED, transactionCount: 1 };
    const { fetching, penalised } = setup({ a: () => OTHER, b: () => swapped, c: () => WANTED });
    assert.equal(await fetching(), WANTED);
    assert.deepEqual(penalised, ["a", "b"]);
  });

  it("asks again after a pause while nobody has it", async () => {
    let known: Block | null = null;
    const { time, fetching, asked } = setup({ a: () => known });
    const fetched = fetching();
    await time.advance(499);
    assert.equal(asked.length, 1);
    known = WANTED;
    await time.advance(1);
    assert.equal(await fetched, WANTED);
  });

  it("ends when it is told to", async () => {
    const { time, fetching } = setup({ a: () => null });
    const controller = new AbortController();
    const fetched = fetching(controller.signal);
    await time.advance(100);
    controller.abort();
    await assert.rejects(fetched);
  });
});
