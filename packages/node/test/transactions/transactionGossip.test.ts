import assert from "node:assert/strict";
import { type RejectionReason, rejection } from "@causeway/chain/pool/poolRejection";
import type { Transaction } from "@causeway/chain/types/transaction";
import { POOL_TRANSACTIONS_MAX } from "@causeway/protocol/wire/frameLimits";
import { keccak256 } from "ethers";
import { TransactionGossip, type TransactionGossipParts } from "../../src/transactions/transactionGossip.js";
import { ManualTime } from "../fakes/manualTime.js";
import { silentLog } from "../fakes/silentLog.js";

/** Lets everything run that waits for nothing but other promises. */
const settle = () => new Promise(setImmediate);

const FIRST = Uint8Array.of(2, 0xc0);
const SECOND = Uint8Array.of(2, 0xc1, 1);

/** Refusals by a node's head, pool or age: honest peers pass such transactions on. */
const NOBODYS_FAULT = {
  ...{ alreadyKnown: true, nonceTooLow: true, insufficientFunds: true, senderNoEoa: true },
  ...{ feeTooLow: true, gasAboveBlock: true, replacementUnderpriced: true, underpriced: true },
  ...{ delegation: true, nonceTooHigh: true, accountLimit: true, full: true, slow: true },
} satisfies Record<Exclude<RejectionReason, "invalid">, true>;

function setup(
  requestPool: (peer: string) => Promise<readonly Uint8Array[]> = async () => [],
  restored: readonly Uint8Array[] = [],
) {
  const rawOf = new Map<string, Uint8Array>(restored.map((raw) => [hashOf(raw), raw]));
  const published: Uint8Array[] = [];
  const penalised: [string, string][] = [];
  const origins: unknown[] = [];
  const known = new Set<string>(rawOf.keys());
  let waiting = 0;
  const waits = (count: number) => {
    waiting = count;
  };
  const pendings: ((transaction: Transaction) => void)[] = [];
  /** What the pool says to a transaction that it does not know; "queued" keeps it without telling of it. */
  let answer: RejectionReason | "queued" | null = null;
  const tell = (raw: Uint8Array) => {
    for (const listener of pendings) listener({ hash: hashOf(raw), raw } as Transaction);
  };
  const pool = {
    add: async (raw: Uint8Array, origin?: string | null) => {
      origins.push(origin);
      const hash = hashOf(raw);
      if (known.has(hash)) throw rejection("alreadyKnown", "already known");
      if (answer !== null && answer !== "queued") throw rejection(answer, answer);
      known.add(hash);
      rawOf.set(hash, raw);
      if (answer === null) tell(raw);
      return hash;
    },
    onTransaction: (listener: (transaction: Transaction) => void) => {
      pendings.push(listener);
      return () => pendings.splice(pendings.indexOf(listener), 1);
    },
    get: (hash: string) => (known.has(hash) ? ({ hash, raw: rawOf.get(hash) } as Transaction) : null),
    *pendingByTurn() {
      for (const raw of restored) yield { hash: hashOf(raw), raw } as Transaction;
      for (let i = 0; i < waiting; i++)
        yield { raw: Uint8Array.of(2, 0xc3, 0x82, i >> 8, i & 0xff) } as Transaction;
    },
  } as unknown as TransactionGossipParts["pool"];
  const network = {
    publishTransaction: (raw: Uint8Array) => void published.push(raw),
    requestPool,
    penalise: (peer: string, rule: string) => void penalised.push([peer, rule]),
  };
  const time = new ManualTime();
  const gossip = new TransactionGossip({ pool, network, clock: time, timers: time, log: silentLog });
  const answers = (next: typeof answer) => {
    answer = next;
  };
  return { gossip, pool, published, penalised, origins, known, answers, tell, time, waits };
}

function hashOf(raw: Uint8Array) {
  return keccak256(raw) as Transaction["hash"];
}

describe("TransactionGossip", () => {
  it("publishes what this node pooled first, once nothing is missing before it", async () => {
    const { pool, published, answers, tell } = setup();
    await pool.add(FIRST);
    await assert.rejects(pool.add(FIRST));
    answers("queued");
    await pool.add(SECOND);
    assert.deepEqual(published, [FIRST]);
    tell(SECOND);
    assert.deepEqual(published, [FIRST, SECOND]);
  });

  it("pools a peer's transaction in that peer's name and leaves passing it on to gossip, also when it is told of later", async () => {
    const { gossip, published, origins, answers, tell } = setup();
    assert.equal(await gossip.received("peer", FIRST), "accept");
    answers("queued");
    assert.equal(await gossip.received("peer", SECOND), "accept");
    tell(SECOND);
    assert.deepEqual(published, []);
    assert.deepEqual(origins, ["peer", "peer"]);
  });

  it("remembers for 1,024 of those that wait that gossip has passed them on", async () => {
    const { gossip, published, answers, tell } = setup();
    answers("queued");
    const waiting = Array.from({ length: 1_025 }, (_, i) => Uint8Array.of(2, 0xc3, 0x82, i >> 8, i & 0xff));
    for (const raw of waiting) await gossip.received("peer", raw);
    const [first, second] = waiting as [Uint8Array, Uint8Array];
    tell(second);
    assert.deepEqual(published, []);
    tell(first);
    assert.deepEqual(published, [first], "forgotten: told twice rather than never");
  });

  it("N2: keeps back what the pool refuses, and tells what only a faulty peer can have pooled", async () => {
    const { gossip, pool, published, answers } = setup();
    for (const reason of Object.keys(NOBODYS_FAULT)) {
      answers(reason as RejectionReason);
      assert.equal(await gossip.received("peer", FIRST), "ignore", reason);
    }
    answers("invalid");
    assert.equal(await gossip.received("peer", FIRST), "reject");
    answers(null);
    await pool.add(FIRST);
    assert.deepEqual(published, [FIRST], "refused before, it is this node's own now");
  });

  it("lets the event loop have its turn between many", async () => {
    const { gossip, time, known } = setup();
    await gossip.received("peer", FIRST);
    await time.advance(100);
    const waiting = gossip.received("peer", SECOND);
    await settle();
    assert.equal(known.size, 1);
    await time.advance(0);
    assert.equal(await waiting, "accept");
  });

  it("N2: asks a peer that connects for its pool, takes what it lacks and passes that on", async () => {
    const { gossip, pool, published } = setup(async () => [FIRST, SECOND]);
    await pool.add(FIRST);
    gossip.peerConnected("peer");
    await settle();
    assert.deepEqual(published, [FIRST, SECOND]);
  });

  it("N2: takes no more of a pool that holds what breaks the chain's rules, and scores its peer", async () => {
    const { gossip, known, penalised, answers } = setup(async () => [FIRST, SECOND]);
    answers("invalid");
    gossip.peerConnected("peer");
    await settle();
    assert.deepEqual(penalised, [["peer", "N2.invalidTransaction"]]);
    assert.equal(known.size, 0);
  });

  it("N2: asks four peers at once, the others in turn, none that has gone or cannot answer", async () => {
    const asked: string[] = [];
    const answers: (() => void)[] = [];
    const { gossip } = setup((peer) => {
      asked.push(peer);
      return new Promise((_resolve, reject) => answers.push(() => reject(new Error("peer lost"))));
    });
    for (let i = 0; i < 7; i++) gossip.peerConnected(`peer ${i}`);
    gossip.peerGone("peer 5");
    assert.equal(asked.length, 4);
    for (let i = 0; i < answers.length; i++) {
      answers[i]?.();
      await settle();
    }
    assert.deepEqual(asked, ["peer 0", "peer 1", "peer 2", "peer 3", "peer 4", "peer 6"]);
  });

  it("N2: gives a peer that asks no more than one answer holds", () => {
    const { gossip, waits } = setup();
    waits(5_000);
    assert.equal(gossip.pooled().length, POOL_TRANSACTIONS_MAX);
  });

  it("publishes its own again with a head while they wait, a minute later, and no others", async () => {
    const { gossip, pool, published, known, time } = setup();
    await pool.add(FIRST);
    await gossip.received("peer", SECOND);
    await time.advance(59_999);
    gossip.headMoved();
    assert.equal(published.length, 1);
    await time.advance(2);
    gossip.headMoved();
    gossip.headMoved();
    assert.deepEqual(published, [FIRST, FIRST]);
    known.clear();
    await time.advance(60_001);
    gossip.headMoved();
    assert.equal(published.length, 2, "no longer pooled");
  });

  it("publishes what a restart brought along, 64 with a head", async () => {
    const restored = Array.from({ length: 100 }, (_, i) => Uint8Array.of(2, 0xc1, i));
    const { gossip, published } = setup(async () => [], restored);
    gossip.headMoved();
    assert.equal(published.length, 64);
    gossip.headMoved();
    gossip.headMoved();
    assert.deepEqual(published, restored);
  });
});
