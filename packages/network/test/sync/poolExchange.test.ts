import assert from "node:assert/strict";
import { encodeFrame } from "@causeway/protocol/wire/frame";
import { POOL_TRANSACTIONS_MAX } from "@causeway/protocol/wire/frameLimits";
import { encodePool } from "@causeway/protocol/wire/poolCodec";
import { NetworkError } from "../../src/networkError.js";
import { SYNC_PROTOCOL } from "../../src/protocols.js";
import { attack, shakeHands } from "../support/attacker.js";
import { logged, startMesh, startNode, stopAll, type TestNode } from "../support/testNode.js";
import { until } from "../support/until.js";

/** Raw transactions of the right shape. */
const pool = Array.from({ length: POOL_TRANSACTIONS_MAX + 1 }, (_, i) =>
  Uint8Array.of(2, 0xc3, 0x82, 1 + (i >> 8), i & 0xff),
);

describe("a peer's pool (N2)", () => {
  it("comes raw and in order, as much as one answer carries", async () => {
    const [a, b] = (await startMesh(2, { handlers: { readPool: () => pool } })) as [TestNode, TestNode];
    const received = await a.network.requestPool(b.network.peerId);
    assert.deepEqual(received, pool.slice(0, POOL_TRANSACTIONS_MAX));
    await stopAll([a, b]);
  });

  it("N2.poolRate: asked for again and again, it is empty, and the asker is penalised", async () => {
    let reads = 0;
    const readPool = () => {
      reads++;
      return pool;
    };
    const [a, b] = (await startMesh(2, { handlers: { readPool } })) as [TestNode, TestNode];
    const answers = [];
    for (let i = 0; i < 6; i++) answers.push(await a.network.requestPool(b.network.peerId));
    assert.deepEqual(answers.at(-1), []);
    assert(reads < answers.length);
    assert(logged(b, "N2.poolRate"));
    assert((b.network.peers()[0]?.score ?? 0) < 0);
    await stopAll([a, b]);
  });

  it("AnswerMalformed: what is no transaction is the peer's fault", async () => {
    const node = await startNode(0);
    const attacker = await attack(node);
    await attacker.node.handle(SYNC_PROTOCOL, (stream) => {
      stream.send(encodeFrame(encodePool([Uint8Array.of(3, 0xc0)])));
    });
    await shakeHands(attacker);
    await until("connected", () => node.network.peers().length === 1);
    await assert.rejects(
      node.network.requestPool(attacker.peerId),
      (error) => error instanceof NetworkError && error.code === "AnswerMalformed",
    );
    assert((node.network.peers()[0]?.score ?? 0) < 0);
    await attacker.stop();
    await node.network.stop();
  });
});
