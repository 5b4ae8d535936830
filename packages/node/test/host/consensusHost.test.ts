import assert from "node:assert/strict";
import type { Effect } from "@causeway/consensus/effect";
import type { Input } from "@causeway/consensus/input";
import type { ConsensusMessage } from "@causeway/protocol/consensusMessage";
import { consensusDigest } from "@causeway/protocol/consensusMessage";
import { word } from "@causeway/protocol/eip712";
import { CausewayError } from "@causeway/protocol/errors";
import type { ExecutionOutcome } from "@causeway/protocol/executionOutcome";
import type { Head } from "@causeway/protocol/head";
import { type Address, type Hash, ZERO_ADDRESS, ZERO_HASH } from "@causeway/protocol/hex";
import { ConsensusHost } from "../../src/host/consensusHost.js";
import type { HostPorts } from "../../src/host/hostPorts.js";
import { DEFAULT_QUEUE_LIMITS } from "../../src/host/inputQueue.js";
import { RecordBook } from "../../src/record/recordBook.js";
import { SafetyRecord } from "../../src/record/safetyRecord.js";
import { recover } from "../../src/signer/recover.js";
import { fakeBlock } from "../fakes/blocks.js";
import { CrashFileSystem } from "../fakes/crashFileSystem.js";
import { withCode } from "../fakes/errorCode.js";
import { ManualTime } from "../fakes/manualTime.js";
import { silentLog } from "../fakes/silentLog.js";
import { testKeyRings } from "../support/testKeys.js";

const GENESIS_HASH = `0x${"9e".repeat(32)}` as const;
const DOMAIN = { chainId: 1, genesisHash: GENESIS_HASH, overrides: [] };
const RINGS = testKeyRings(1);
const [RING] = RINGS;
const KEY = RING?.addresses[0] as Address;
const BLOCK = fakeBlock({ height: 1 });
/** A block the core got back from the safety record. */
const HELD = fakeBlock({ height: 1, coinbase: KEY });
const PREPARE = { kind: "prepare", payload: { height: 1, round: 0, blockHash: BLOCK.hash } } as const;
const RECORD: Effect = { kind: "record", author: KEY, signing: PREPARE, block: BLOCK, prepares: [] };

const GENESIS: Head = {
  height: 0,
  hash: GENESIS_HASH,
  coinbase: ZERO_ADDRESS,
  timestamp: 1_000,
  validators: [KEY],
  nextValidators: [KEY],
  certificate: null,
};
const OUTCOME: ExecutionOutcome = {
  ...{ blockHash: BLOCK.hash, stateRoot: BLOCK.stateRoot, nextValidators: [KEY] },
  ...{ outboxRoot: ZERO_HASH, outboxCount: 0, inboxAcc: ZERO_HASH, inboxCount: 0 },
};
/** An execution that never answers. */
const IDLE: HostPorts["execution"] = {
  head: () => GENESIS,
  build: () => new Promise(() => {}),
  execute: () => new Promise(() => {}),
};

/** A core that answers each input with the effects a test lays out for it, and remembers what it was given. */
const SAYS_NOTHING: Omit<HostPorts["transport"], "fetchBlock"> = {
  broadcast() {},
  send() {},
  relay() {},
  sendDecided() {},
  catchUp() {},
};

function setup(script: (input: Input) => readonly Effect[], overrides: Partial<HostPorts> = {}) {
  const time = new ManualTime();
  const fs = new CrashFileSystem();
  SafetyRecord.create(fs, { directory: "/safety", key: KEY, genesisHash: GENESIS_HASH }, 0);
  assert(RING !== undefined);
  const records = new RecordBook(fs, {
    directory: "/safety",
    genesisHash: GENESIS_HASH,
    signer: RING,
    startedAtMs: time.wallMs(),
    acceptNewSafetyRecord: false,
    log: silentLog,
  });
  const inputs: Input[] = [];
  const trace: string[] = [];
  const failures: unknown[] = [];
  const ports: HostPorts = {
    clock: time,
    timers: time,
    log: silentLog,
    domain: DOMAIN,
    records,
    execution: IDLE,
    transport: {
      broadcast: ({ kind }) => trace.push(`broadcast ${kind}`),
      send: (peer, { kind }) => trace.push(`send ${kind} to ${peer}`),
      relay: ({ kind }, except) => trace.push(`relay ${kind} not to ${except}`),
      sendDecided: (peer, height) => trace.push(`decided ${height} to ${peer}`),
      catchUp: (height, peer) => trace.push(`catch up with ${peer} at ${height}`),
      fetchBlock: () => new Promise(() => {}),
    },
    importer: { commit: async () => {} },
    observer: {
      evidence: () => {},
      refused: ({ rule }) => trace.push(`refused ${rule}`),
      halted: ({ reason }) => trace.push(`halted ${reason}`),
      failed: (error) => failures.push(error),
      dropped: () => {},
      proposalSeen: () => {},
    },
    ...overrides,
  };
  const host = new ConsensusHost<null>(ports, {
    apply: (state, input) => {
      inputs.push(input);
      return { state, effects: script(input) };
    },
    initialState: null,
    queueLimits: DEFAULT_QUEUE_LIMITS,
    knownBlock: (_state, hash) => (hash === HELD.hash ? HELD : null),
    buildMsMax: 1_000,
  });
  return { host, time, fs, inputs, trace, failures, kinds: () => inputs.map(({ kind }) => kind) };
}

const prepareMessage: ConsensusMessage = { ...PREPARE, author: KEY, signature: "0x" };
const pooled = { kind: "transaction-pooled" } as const;

describe("ConsensusHost", () => {
  it("applies inputs one at a time and performs effects in order", async () => {
    const { host, time, trace } = setup((input) =>
      input.kind === "transaction-pooled"
        ? [
            { kind: "broadcast", message: prepareMessage },
            { kind: "relay", message: prepareMessage, except: "p" },
            { kind: "send-decided", peer: "q", height: 3 },
            { kind: "sync", height: 9, peer: "r" },
          ]
        : [],
    );
    host.submit(pooled);
    await time.advance(0);
    const expected = [
      "broadcast prepare",
      "relay prepare not to p",
      "decided 3 to q",
      "catch up with r at 9",
    ];
    assert.deepEqual(trace, expected);
  });

  it("stamps an input with the wall clock of its queueing (C13)", async () => {
    const { host, time, inputs } = setup(() => []);
    const queuedAt = time.wallMs();
    host.submit(pooled);
    await time.advance(500);
    host.submit(pooled);
    await time.advance(0);
    assert.deepEqual(
      inputs.map(({ nowMs }) => nowMs),
      [queuedAt, queuedAt + 500],
    );
  });

  it("signs and fsyncs before it answers `recorded` (W2)", async () => {
    const { host, time, fs, inputs } = setup((input) =>
      input.kind === "transaction-pooled" ? [RECORD] : [],
    );
    host.submit(pooled);
    await time.advance(0);
    const [, recorded] = inputs;
    assert(recorded?.kind === "recorded");
    assert.equal(recover(consensusDigest(DOMAIN, PREPARE), recorded.signature), KEY);
    fs.crash();
    const record = SafetyRecord.open(fs, { directory: "/safety", key: KEY, genesisHash: GENESIS_HASH });
    assert.equal(record?.entries[0]?.signature, recorded.signature);
  });

  it("ends on a failed record write, and performs nothing that follows (W6)", async () => {
    const { host, time, fs, trace, failures } = setup(() => [
      RECORD,
      { kind: "broadcast", message: prepareMessage },
    ]);
    fs.onOperation = () => {
      throw new Error("EIO");
    };
    host.submit(pooled);
    host.submit(pooled);
    await time.advance(0);
    assert.equal(failures.length, 1);
    assert(withCode("RecordWriteFailed")(failures[0]));
    assert.deepEqual(trace, []);
  });

  it("runs one timer of each kind: setting replaces, cancelling ends (C7)", async () => {
    const timer = (round: number, delayMs: number): Effect => ({
      kind: "set-timer",
      timer: { kind: "round", height: 1, round },
      delayMs,
    });
    const { host, time, inputs } = setup((input) =>
      input.kind === "transaction-pooled" ? [timer(0, 100), timer(1, 200)] : [],
    );
    host.submit(pooled);
    await time.advance(1_000);
    const timeouts = inputs.filter((input) => input.kind === "timeout");
    assert.deepEqual(
      timeouts.map(({ timer }) => timer.round),
      [1],
    );
  });

  it("answers an execution with its outcome, and a rule's refusal with the rule", async () => {
    const execute: Effect = { kind: "execute", height: 1, round: 2, block: BLOCK };
    const { host, time, inputs } = setup((input) => (input.kind === "transaction-pooled" ? [execute] : []), {
      execution: {
        ...IDLE,
        execute: async () => {
          throw new CausewayError({ code: "H1.withdrawals" }, "1 withdrawal in the body");
        },
      },
    });
    host.submit(pooled);
    await time.advance(0);
    const [, executed] = inputs;
    assert(executed?.kind === "executed");
    assert.deepEqual(executed.result, { ok: false, rule: "H1.withdrawals" });
    assert.equal(executed.round, 2);
    assert.equal(host.proposedBlock(BLOCK.hash), BLOCK);
  });

  it("C4: does not take it for a fault of the block when sync has moved the chain past it meanwhile", async () => {
    const execute: Effect = { kind: "execute", height: 1, round: 0, block: BLOCK };
    const { host, time, kinds } = setup((input) => (input.kind === "transaction-pooled" ? [execute] : []), {
      execution: {
        ...IDLE,
        head: () => ({ ...GENESIS, height: 1, hash: BLOCK.hash }),
        execute: async () => {
          throw new CausewayError({ code: "H1.parentHash" }, "the parent is not the head");
        },
      },
    });
    host.submit(pooled);
    await time.advance(0);
    assert.deepEqual(kinds(), ["transaction-pooled"]);
  });

  describe("an execution that broke by itself", () => {
    const execute: Effect = { kind: "execute", height: 1, round: 0, block: BLOCK };
    const abort: Effect = { kind: "abort", height: 1, round: 0 };

    /** An execution that breaks as long as it is told to, by a core that asks for it once and never again. */
    function breaking() {
      const engine = { broken: true, headHeight: 0, triedAtMs: [] as number[] };
      const messages: string[] = [];
      const script: Partial<Record<Input["kind"], readonly Effect[]>> = {
        "transaction-pooled": [execute],
        "transaction-waiting": [abort],
      };
      const parts = setup(({ kind }) => script[kind] ?? [], {
        log: { ...silentLog, error: (_fields, message) => messages.push(message) },
        execution: {
          ...IDLE,
          head: () => ({ ...GENESIS, height: engine.headHeight }),
          execute: async () => {
            engine.triedAtMs.push(parts.time.monotonicMs() - startedAtMs);
            if (engine.broken) throw new TypeError("a bug");
            return OUTCOME;
          },
        },
      });
      const startedAtMs = parts.time.monotonicMs();
      parts.host.submit(pooled);
      return { ...parts, engine, messages };
    }

    it("is not answered: no vote, no blame (H5)", async () => {
      const { time, kinds, trace, failures, messages } = breaking();
      await time.advance(60_000);
      assert.deepEqual(kinds(), ["transaction-pooled"]);
      assert.deepEqual([trace, failures], [[], []]);
      assert.match(messages[0] ?? "", /fault of this node.* tried again in 1 s/);
    });

    it("is tried again within ten seconds each time: a decided block has no timer that would ask anew (H5, C4)", async () => {
      const { time, inputs, engine, messages } = breaking();
      await time.advance(30_000);
      assert.deepEqual(engine.triedAtMs, [0, 1_000, 3_000, 7_000, 15_000, 23_000]);
      engine.broken = false;
      await time.advance(10_000);
      const executed = inputs.filter((input) => input.kind === "executed");
      assert.deepEqual(
        executed.map(({ height, round, blockHash, result }) => ({ height, round, blockHash, result })),
        [{ height: 1, round: 0, blockHash: BLOCK.hash, result: { ok: true, outcome: OUTCOME } }],
      );
      assert.equal(messages.length, 6);
      await time.advance(60_000);
      assert.equal(engine.triedAtMs.length, 7);
    });

    it("is given up when its round is left, when the node stops, and when sync has passed it (H4)", async () => {
      const ends: readonly (readonly [number, (parts: ReturnType<typeof breaking>) => void])[] = [
        [1, ({ host }) => host.submit({ kind: "transaction-waiting" })],
        [1, ({ host }) => host.stop()],
        [
          2,
          ({ engine }) => {
            engine.headHeight = 1;
          },
        ],
      ];
      for (const [tries, end] of ends) {
        const parts = breaking();
        await parts.time.advance(0);
        end(parts);
        await parts.time.advance(60_000);
        assert.equal(parts.engine.triedAtMs.length, tries);
        assert.equal(parts.messages.length, 1);
        assert(!parts.kinds().includes("executed"));
      }
    });
  });

  it("C2, W3: hands out the blocks of its rounds, after a restart those of the record", () => {
    const { host } = setup(() => []);
    assert.equal(host.proposedBlock(HELD.hash), HELD);
    assert.equal(host.proposedBlock(BLOCK.hash), null);
  });

  it("C2, W2: has the blocks it signed for in its record, for itself and for others, however many were proposed since", async () => {
    const later = Array.from({ length: 20 }, (_, i) => ({ ...BLOCK, hash: word(i + 1) }));
    const script: readonly Effect[] = [
      RECORD,
      ...later.map((block): Effect => ({ kind: "execute", height: 1, round: 1, block })),
      { kind: "fetch-blocks", height: 1, hashes: [BLOCK.hash] },
    ];
    const { host, time, inputs } = setup(({ kind }) => (kind === "transaction-pooled" ? script : []));
    host.submit(pooled);
    await time.advance(0);
    assert.deepEqual(host.proposedBlock(BLOCK.hash), BLOCK);
    const fetched = inputs.filter((input) => input.kind === "block-fetched");
    assert.deepEqual(
      fetched.map(({ block }) => block),
      [BLOCK],
    );
  });

  it("aborts the work of a round that was left (H4)", async () => {
    let aborted = false;
    const script: Record<string, Effect> = {
      "transaction-pooled": { kind: "execute", height: 1, round: 0, block: BLOCK },
      "transaction-waiting": { kind: "abort", height: 1, round: 0 },
    };
    const { host, time } = setup(
      (input) => (script[input.kind] === undefined ? [] : [script[input.kind] as Effect]),
      {
        execution: {
          ...IDLE,
          execute: (_block, signal) =>
            new Promise((_resolve, reject) => {
              signal.addEventListener("abort", () => {
                aborted = true;
                reject(signal.reason);
              });
            }),
        },
      },
    );
    host.submit(pooled);
    await time.advance(0);
    assert.equal(aborted, false);
    host.submit({ kind: "transaction-waiting" });
    await time.advance(0);
    assert.equal(aborted, true);
  });

  it("applies nothing after a halt (F2)", async () => {
    const { host, time, trace, inputs } = setup(() => [
      { kind: "halt", reason: "F2", certificates: [], own: null },
      { kind: "broadcast", message: prepareMessage },
    ]);
    host.submit(pooled);
    host.submit(pooled);
    await time.advance(0);
    assert.deepEqual(trace, ["halted F2"]);
    assert.equal(inputs.length, 1);
  });

  it("ends when the core throws: no state is left to vouch for", async () => {
    const { host, time, failures } = setup(() => {
      throw new Error("invariant");
    });
    host.submit(pooled);
    await time.advance(0);
    assert.equal(failures.length, 1);
  });

  it("ends when the block batch cannot be written (W4, W6)", async () => {
    const commit = { kind: "commit", block: BLOCK, certificate: {} } as unknown as Effect;
    const { host, time, failures } = setup(() => [commit], {
      importer: { commit: () => Promise.reject(new Error("EIO")) },
    });
    host.submit(pooled);
    await time.advance(0);
    assert.equal(failures.length, 1);
  });

  it("C2: fetches what it was asked for last, and nothing else any more", async () => {
    const running = new Set<Hash>();
    const asked: Hash[] = [];
    const wanted = [[word(1), word(2)], [word(2), word(3)], []];
    const { host, time } = setup(
      ({ kind }) =>
        kind === "transaction-pooled"
          ? [{ kind: "fetch-blocks", height: 1, hashes: wanted.shift() ?? [] }]
          : [],
      {
        transport: {
          ...SAYS_NOTHING,
          fetchBlock: (hash, signal) => {
            asked.push(hash);
            running.add(hash);
            return new Promise((_resolve, reject) => {
              signal.addEventListener("abort", () => {
                running.delete(hash);
                reject(signal.reason);
              });
            });
          },
        },
      },
    );
    for (const expected of [[word(1), word(2)], [word(2), word(3)], []]) {
      host.submit(pooled);
      await time.advance(0);
      assert.deepEqual([...running].sort(), expected);
    }
    assert.deepEqual(asked, [word(1), word(2), word(3)]);
  });

  it("fetches a block once, and gives up when its height has passed", async () => {
    let fetches = 0;
    let aborted = false;
    const hash: Hash = ZERO_HASH;
    const { host, time } = setup(
      (input) =>
        input.kind === "transaction-pooled" ? [{ kind: "fetch-blocks", height: 1, hashes: [hash] }] : [],
      {
        transport: {
          ...SAYS_NOTHING,
          fetchBlock: (_hash, signal) => {
            fetches += 1;
            return new Promise((_resolve, reject) => {
              signal.addEventListener("abort", () => {
                aborted = true;
                reject(signal.reason);
              });
            });
          },
        },
      },
    );
    host.submit(pooled);
    host.submit(pooled);
    await time.advance(0);
    assert.equal(fetches, 1);
    const head = {
      height: 1,
      hash,
      coinbase: KEY,
      timestamp: 1,
      validators: [],
      nextValidators: [],
      certificate: null,
    };
    host.submit({ kind: "new-head", head });
    await time.advance(0);
    assert.equal(aborted, true);
  });
});
