import assert from "node:assert/strict";
import type { Effect } from "@causeway/consensus/effect";
import type { InputEvent } from "@causeway/consensus/input";
import type { RecordEntry } from "@causeway/consensus/recordEntry";
import { initialState, type State } from "@causeway/consensus/state";
import { apply } from "@causeway/consensus/transition";
import type { Block } from "@causeway/protocol/block";
import {
  type Authored,
  type ConsensusMessage,
  consensusDigest,
  type SigningPayload,
} from "@causeway/protocol/consensusMessage";
import type { Head } from "@causeway/protocol/head";
import { type Address, type Signature, ZERO_ADDRESS, ZERO_HASH } from "@causeway/protocol/hex";
import { validatorSetHash } from "@causeway/protocol/validatorSet";
import type { VoteDomain } from "@causeway/protocol/voteDomain";
import {
  decodeConsensusMessage,
  encodeConsensusMessage,
} from "@causeway/protocol/wire/consensusMessageCodec";
import { leaveOverriddenSet } from "../src/record/leaveOverriddenSet.js";
import type { KeyRing } from "../src/signer/keyRing.js";
import { recover } from "../src/signer/recover.js";
import { fakeBlock } from "./fakes/blocks.js";
import { checkpointOf, setOf } from "./support/certify.js";
import { testKeyRings } from "./support/testKeys.js";

const HEIGHT = 7;
/** Each honest validator proposes twice. */
const ROUNDS_MAX = 8;
const ROUND_MS = 60_000;

const OLD_RINGS = testKeyRings(7);
/** Three of seven are gone for good. */
const STAYED = OLD_RINGS.slice(0, 4);
const HONEST = STAYED.slice(0, 3);
const BYZANTINE = STAYED[3] as KeyRing;
const NEW_SET = setOf(STAYED);

const BEFORE: VoteDomain = { chainId: 1, genesisHash: `0x${"9e".repeat(32)}`, overrides: [] };
const AFTER: VoteDomain = { ...BEFORE, overrides: [{ height: HEIGHT, validators: NEW_SET }] };

const HEAD: Head = {
  height: HEIGHT - 1,
  hash: `0x${"60".repeat(32)}`,
  coinbase: ZERO_ADDRESS,
  timestamp: 1_000,
  validators: setOf(OLD_RINGS),
  nextValidators: NEW_SET,
  certificate: null,
};
/** What all who stayed PREPAREd in round 0 under the old set. */
const OLD = fakeBlock({
  ...{ height: HEIGHT, parentHash: HEAD.hash, timestamp: HEAD.timestamp + 1 },
  validators: HEAD.validators,
});

function signatureOf(ring: KeyRing, signing: SigningPayload, domain: VoteDomain): Signature {
  return ring.sign(ring.addresses[0] as Address, consensusDigest(domain, signing));
}

function sign<P>(ring: KeyRing, signing: SigningPayload & { payload: P }, domain: VoteDomain): Authored<P> {
  const { payload } = signing;
  return { author: ring.addresses[0] as Address, payload, signature: signatureOf(ring, signing, domain) };
}

const OLD_VOTE = { height: HEIGHT, round: 0, blockHash: OLD.hash };
const oldPrepare = (ring: KeyRing) => sign(ring, { kind: "prepare", payload: OLD_VOTE }, BEFORE);
const oldCommit = (ring: KeyRing) =>
  sign(ring, { kind: "commit", payload: checkpointOf(OLD, OLD_RINGS) }, BEFORE);

/** The core of one honest validator, restarted with the override. */
class Core {
  readonly effects: Effect[] = [];
  nowMs = HEAD.timestamp * 1_000 + ROUND_MS;
  readonly #ring: KeyRing;
  #state: State;

  constructor(ring: KeyRing) {
    this.#ring = ring;
    this.#state = initialState(
      {
        ...{ blockPeriodSeconds: 1, emptyBlockPeriodSeconds: 1 },
        ...{ requestTimeoutMs: 1_000, maxRequestTimeoutMs: ROUND_MS },
        ...{ keys: ring.addresses, keysWithoutRecord: [], startedAtSeconds: HEAD.timestamp },
      },
      this.#resumed(),
    );
    this.input({ kind: "new-head", head: HEAD });
  }

  get round(): number {
    return this.#state.height?.round.number ?? assert.fail();
  }

  get decided(): boolean {
    return this.#state.height?.writeRequested ?? assert.fail();
  }

  /** As the wire brings it: every signer is recovered in the domain in force (C16). */
  receive(bytes: Uint8Array): void {
    const message = decodeConsensusMessage(bytes, AFTER, recover);
    this.input({ kind: "message", peer: "peer", message });
  }

  input(event: InputEvent): void {
    const { state, effects } = apply(this.#state, { nowMs: this.nowMs, ...event });
    this.#state = state;
    this.effects.push(...effects);
  }

  timeOut(): void {
    this.nowMs += ROUND_MS;
    const timer = { kind: "round", height: HEIGHT, round: this.round } as const;
    if (this.#state.height?.round.timerRunning) this.input({ kind: "timeout", timer });
  }

  perform(effect: Effect): void {
    const answer = this.#answer(effect);
    if (answer !== null) this.input(answer);
  }

  #answer(effect: Effect): InputEvent | null {
    switch (effect.kind) {
      case "record": {
        const { author, signing } = effect;
        const signature = signatureOf(this.#ring, signing, AFTER);
        return { kind: "recorded", author, signing, signature };
      }
      case "build": {
        const { height, round, parentHash, coinbase, timestamp } = effect;
        const block = fakeBlock({ height, parentHash, coinbase, timestamp, validators: NEW_SET });
        return { kind: "built", height, round, block, outcome: outcomeOf(block) };
      }
      case "execute": {
        const { height, round, block } = effect;
        const isVoteInSet = block.extraData === validatorSetHash(NEW_SET);
        const result = isVoteInSet
          ? ({ ok: true, outcome: outcomeOf(block) } as const)
          : ({ ok: false, rule: "H1.extraData" } as const);
        return { kind: "executed", height, round, blockHash: block.hash, result };
      }
      case "fetch-blocks":
        return { kind: "block-fetched", block: OLD };
      default:
        return null;
    }
  }

  /** Its record: PREPARE and COMMIT of the block that nobody decided. */
  #resumed(): readonly RecordEntry[] {
    const prepare = oldPrepare(this.#ring);
    const commit = oldCommit(this.#ring);
    const entries: RecordEntry[] = [
      { ...prepare, signing: { kind: "prepare", payload: OLD_VOTE }, block: OLD, prepares: [] },
      {
        ...commit,
        ...{ signing: { kind: "commit", payload: commit.payload }, block: null },
        prepares: OLD_RINGS.slice(0, 5).map(oldPrepare),
      },
    ];
    const resumed = leaveOverriddenSet(entries, AFTER, recover);
    const signed = resumed.roundChanges.map(({ author, signing }) => {
      const signature = signatureOf(this.#ring, signing, AFTER);
      return { author, signing, signature, block: null, prepares: [] };
    });
    return [...resumed.entries, ...signed];
  }
}

function outcomeOf({ hash, stateRoot }: Block) {
  const bridge = { outboxRoot: ZERO_HASH, outboxCount: 0, inboxAcc: ZERO_HASH, inboxCount: 0 };
  return { blockHash: hash, stateRoot, ...bridge, nextValidators: NEW_SET };
}

/** Three honest validators of the new four; every message arrives. */
class World {
  readonly cores = HONEST.map((ring) => new Core(ring));
  readonly seen: Effect[] = [];
  readonly #lie: (round: number) => readonly ConsensusMessage[];
  #liedFor = 0;

  /** @param lie what the fourth sends for every round, before anybody else is heard in it. */
  constructor(lie: (round: number) => readonly ConsensusMessage[]) {
    this.#lie = lie;
  }

  get round(): number {
    return Math.max(...this.cores.map(({ round }) => round));
  }

  get decided(): boolean {
    return this.cores.every(({ decided }) => decided);
  }

  run(): void {
    this.#settle();
    for (let i = 0; i < ROUNDS_MAX && !this.decided; i++) {
      for (const core of this.cores) core.timeOut();
      this.#settle();
    }
  }

  of<K extends Effect["kind"]>(kind: K): Extract<Effect, { kind: K }>[] {
    return this.seen.filter((effect): effect is Extract<Effect, { kind: K }> => effect.kind === kind);
  }

  #settle(): void {
    for (let moved = true; moved; ) {
      moved = false;
      if (this.#liedFor < this.round) {
        this.#liedFor = this.round;
        this.#tell(this.#lie(this.round), null);
      }
      for (const core of this.cores) {
        for (const effect of core.effects.splice(0)) {
          moved = true;
          this.seen.push(effect);
          if (effect.kind === "broadcast") this.#tell([effect.message], core);
          else core.perform(effect);
        }
      }
    }
  }

  #tell(messages: readonly ConsensusMessage[], from: Core | null): void {
    for (const bytes of messages.map(encodeConsensusMessage))
      for (const core of this.cores) if (core !== from) core.receive(bytes);
  }
}

/** Asks for the round, with the old PREPAREs of three or more as proof that `OLD` was prepared. */
function claimOld(round: number, signedIn = BEFORE): ConsensusMessage {
  const payload = { height: HEIGHT, round, prepared: { round: 0, blockHash: OLD.hash } };
  const prepares = STAYED.map((ring) => sign(ring, { kind: "prepare", payload: OLD_VOTE }, signedIn));
  const signed = sign(BYZANTINE, { kind: "round-change", payload }, AFTER);
  return { kind: "round-change", ...signed, prepares, block: OLD };
}

function assertDecidedAfresh(world: World): void {
  const proposed = world.of("broadcast").filter(({ message }) => message.kind === "proposal");
  assert.ok(
    world.decided,
    `nothing decided by round ${world.round}; proposed ${proposed.length} times; ${world.of("refused").map(({ rule }) => rule)}`,
  );
  for (const kind of ["halt", "refused", "evidence"] as const) assert.deepEqual(world.of(kind), []);
  for (const { block } of world.of("commit")) assert.equal(block.extraData, validatorSetHash(NEW_SET));
}

describe("votes of the set put aside, a quorum of the new one, in the hands of a byzantine validator (V6)", () => {
  it("their PREPAREs prove nothing prepared: the height is decided by a block of the new set", () => {
    const world = new World((round) => [claimOld(round)]);
    world.run();
    assertDecidedAfresh(world);
  });

  it("were they signed in the new domain, the height would be stuck: the test sees what it looks for", () => {
    const world = new World((round) => [claimOld(round, AFTER)]);
    world.run();
    assert.ok(!world.decided);
    assert.ok(world.of("refused").some(({ rule }) => rule === "H1.extraData"));
  });

  it("their COMMITs, fewer than the old quorum, decide nothing and accuse nobody (C3, C15)", () => {
    const commits = STAYED.map((ring) => ({ kind: "commit", ...oldCommit(ring) }) as const);
    const world = new World(() => commits);
    world.run();
    assertDecidedAfresh(world);
  });

  it("all of it replayed, nested and bare, changes nothing", () => {
    const prepares = STAYED.map((ring) => ({ kind: "prepare", ...oldPrepare(ring) }) as const);
    const roundChanges = (round: number) =>
      STAYED.map((ring): ConsensusMessage => {
        const payload = { height: HEIGHT, round, prepared: { round: 0, blockHash: OLD.hash } };
        const signed = sign(ring, { kind: "round-change", payload }, BEFORE);
        return { kind: "round-change", ...signed, prepares: STAYED.map(oldPrepare), block: OLD };
      });
    const world = new World((round) => [...prepares, ...roundChanges(round)]);
    world.run();
    assertDecidedAfresh(world);
  });
});
