import assert from "node:assert/strict";
import type { Block } from "@causeway/protocol/block";
import type {
  ProposalMessage,
  SignedPrepare,
  SignedRoundChange,
  SigningPayload,
} from "@causeway/protocol/consensusMessage";
import { proposer } from "@causeway/protocol/validatorSet";
import fc from "fast-check";
import { RELAYS_PER_AUTHOR_MAX } from "../src/messages/withinAuthorLimit.js";
import { proposalFault } from "../src/proposals/proposalFault.js";
import type { HeightState, State } from "../src/state.js";
import { LocalNode } from "./support/localNode.js";
import type { Peer, PreparedIn } from "./support/peers.js";

const VALIDATORS = 4;
const QUORUM = 3;
const SELF = 3;
const LAST_ROUND = 2 ** 32 - 1;
/** Of the node in these tests. */
const HEIGHT = 1;

describe("proposalFault against the predicates of the Dafny model", () => {
  const node = new LocalNode({ self: SELF });
  const { peers } = node;
  const blocks = [0, 1, 2].map((i) => node.block({ coinbase: peers.address(i) }));
  const block = (i: number) => blocks[i % blocks.length] as Block;
  /** Validators, and in the last place a stranger. */
  const author = (i: number): Peer => (i < VALIDATORS ? peers.peer(i) : peers.stranger);
  const prepared = (made: { round: number; block: number }): PreparedIn => ({
    ...made,
    block: block(made.block),
  });
  const seldom = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<readonly T[]> =>
    fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.tuple(one) });
  const authors = fc.integer({ min: 0, max: VALIDATORS });
  const claim = fc
    .record({
      round: fc.constantFrom(0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2),
      block: fc.constantFrom(0, 0, 0, 1),
    })
    .map(prepared);
  const someClaims = fc.array(fc.option(claim, { freq: 2 }), { minLength: 2, maxLength: 4 });
  const noClaims = fc.array(fc.constant(null), { minLength: 3, maxLength: 4 });
  /** Mostly the height of the block, sometimes the one below or above it. */
  const heights = fc.constantFrom(...Array<number>(10).fill(HEIGHT), HEIGHT - 1, HEIGHT + 1);
  const roundChange = fc
    .record({
      from: authors,
      round: fc.constantFrom(2, 2, 2, 1, 3),
      claim: fc.option(claim),
      height: heights,
    })
    .map(({ from, round, claim: made, height }) => author(from).signRoundChange(round, made, height));
  /**
   * Two to four validators in round 2 of some height, each with a claim or none; perhaps one more, of whomever, among
   * them.
   */
  const roundChanges = fc
    .record({
      claims: fc.oneof<fc.Arbitrary<(PreparedIn | null)[]>[]>(someClaims, noClaims),
      height: heights,
      more: seldom(roundChange),
      isMoreFirst: fc.boolean(),
    })
    .map(({ claims, height, more, isMoreFirst }) => {
      const usual = claims.map((made, i) => author(i).signRoundChange(2, made, height));
      return isMoreFirst ? [...more, ...usual] : [...usual, ...more];
    });
  /** What becomes of q PREPAREs: perhaps another height, perhaps one fewer, perhaps one more, of whomever. */
  const damage = fc.record({
    height: heights,
    more: seldom(fc.record({ from: authors, claim, height: heights })),
    fewer: fc.constantFrom(0, 0, 0, 1),
  });
  const proposals = fc
    .record({
      round: fc.constantFrom(0, 2, 2, 2),
      from: fc.constantFrom("proposer", "proposer", "proposer", 1, VALIDATORS),
      proposed: fc.nat(2),
      roundChanges: fc.oneof(
        { weight: 4, arbitrary: roundChanges },
        { weight: 1, arbitrary: fc.constant([]) },
      ),
      /** Whether block and PREPAREs are those of the highest claim, as they should be. */
      isBacked: fc.constantFrom(true, true, true, false),
      of: fc.option(claim),
      damage,
    })
    .map(
      ({ round, from, proposed, roundChanges: changes, isBacked, of, damage: { height, more, fewer } }) => {
        const peer = typeof from === "number" ? author(from) : peers.proposer(round);
        const { claim: highest } = highestOf(changes);
        const due = highest && { ...highest, block: blockOf(highest.blockHash) };
        const backed = isBacked ? due : of;
        const prepares = [
          ...(backed === null
            ? []
            : peers.prepares({ ...backed, block: at(height, backed.block) }).slice(fewer)),
          ...more.map(({ from: i, claim: made, height: named }) =>
            author(i).signPrepare(at(named, made.block), made.round),
          ),
        ];
        const chosen = isBacked ? (due?.block ?? block(round)) : block(proposed);
        return peer.proposal(chosen, round, { roundChanges: changes, prepares });
      },
    );
  const blockOf = (hash: string) => blocks.find((one) => one.hash === hash) as Block;
  /** What a PREPARE for a block names when it is of another height. */
  const at = (height: number, { hash }: Block) => ({ height, hash });

  it("C1, C2, C5: whatever is proposed, both say yes or both say no", () => {
    const accepted = { first: 0, fresh: 0, again: 0 };
    fc.assert(
      fc.property(proposals, (message) => {
        const expected = mayPropose(node.height, message);
        assert.equal(proposalFault(node.height, message) === null, expected);
        if (expected) accepted[kindOf(message)]++;
      }),
      { numRuns: 5_000 },
    );
    for (const [kind, count] of Object.entries(accepted))
      assert(count > 10, `${count} accepted of kind ${kind}`);
  });
});

function kindOf({ payload, prepares }: ProposalMessage): "first" | "fresh" | "again" {
  if (payload.round === 0) return "first";
  return prepares.length === 0 ? "fresh" : "again";
}

/** validProposal of the model, with distinct signers (C6). Header rules of the block hold for every block offered here. */
function mayPropose({ validators, head, number }: HeightState, message: ProposalMessage): boolean {
  const { payload, author, block, roundChanges, prepares } = message;
  const { round } = payload;
  if (author !== proposer(validators, head.coinbase, round)) return false;
  const isFresh = block.coinbase === author;
  if (round === 0) return roundChanges.length === 0 && prepares.length === 0 && isFresh;
  const areValid = roundChanges.every(
    (change) =>
      validators.includes(change.author) &&
      change.payload.height === number &&
      change.payload.round === round &&
      (change.payload.prepared?.round ?? -1) < round,
  );
  if (!areValid || !areDistinct(roundChanges) || roundChanges.length < QUORUM) return false;
  const highest = Math.max(...roundChanges.map(({ payload: { prepared } }) => prepared?.round ?? -1));
  if (highest < 0) return isFresh && prepares.length === 0;
  // With two claims of the highest round one is a lie; the first is the one that counts.
  const first = roundChanges.find(({ payload: { prepared } }) => prepared?.round === highest)?.payload
    .prepared;
  return (
    block.hash === first?.blockHash &&
    areDistinct(prepares) &&
    prepares.length >= QUORUM &&
    prepares.every(
      (prepare) =>
        validators.includes(prepare.author) &&
        prepare.payload.height === number &&
        prepare.payload.round === highest &&
        prepare.payload.blockHash === block.hash,
    )
  );
}

/** With two claims of the highest round one is a lie; the first is the one that counts. */
function highestOf(roundChanges: readonly SignedRoundChange[]) {
  const claims = roundChanges.map(({ payload }) => payload.prepared);
  const highest = Math.max(-1, ...claims.map((claim) => claim?.round ?? -1));
  return { highest, claim: claims.find((claim) => claim?.round === highest) ?? null };
}

function areDistinct(signed: readonly (SignedPrepare | SignedRoundChange)[]): boolean {
  return new Set(signed.map(({ author }) => author)).size === signed.length;
}

describe("any messages in any order, from everybody", () => {
  const rounds = fc.constantFrom(0, 0, 0, 1, 1, 2, 3, 7, LAST_ROUND);
  const events = fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        kind: fc.constantFrom("proposal", "prepare", "prepare", "commit", "round-change", "early" as const),
        from: fc.constantFrom(0, 1, 2, VALIDATORS),
        round: rounds,
        block: fc.constantFrom(0, 0, 0, 1, 2),
        claim: fc.option(fc.nat(2)),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant("honest" as const),
        step: fc.constantFrom("proposal", "prepare", "commit" as const),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("timeout" as const),
        timer: fc.constantFrom("round", "resend", "block" as const),
      }),
    },
  );

  it("C8, C9, C12: votes and blocks held stay few, nothing is changed in place, and what is signed follows the rules", () => {
    let commits = 0;
    fc.assert(
      fc.property(fc.array(events, { minLength: 20, maxLength: 80 }), (script) => {
        const node = new LocalNode({ self: SELF });
        const blocks = [0, 1, 2].map((i) => node.block({ coinbase: node.peers.address(i) })) as [
          Block,
          Block,
          Block,
        ];
        for (const event of script) {
          const before = node.state;
          const copy = structuredClone(before);
          play(node, blocks, event);
          assert.deepEqual(before, copy, "apply changes no state it was given");
          assertBounded(node.state);
        }
        const signed = node.record.entries.map(({ signing }) => signing);
        assertSignedByTheRules(node, signed);
        commits += signed.filter(({ kind }) => kind === "commit").length;
      }),
      { numRuns: 150 },
    );
    assert(commits > 10, "some of the scripts get as far as a COMMIT");
  });

  type Event = typeof events extends fc.Arbitrary<infer T> ? T : never;

  function play(node: LocalNode, blocks: readonly [Block, Block, Block], event: Event): void {
    if (event.kind === "timeout") node.expire(event.timer);
    else if (event.kind === "honest") playHonestly(node, event.step);
    else playFreely(node, blocks, event);
  }

  function playFreely(
    node: LocalNode,
    blocks: readonly [Block, Block, Block],
    event: Extract<Event, { claim: number | null }>,
  ): void {
    const { round, claim } = event;
    const block = blocks[event.block as 0 | 1 | 2];
    const peer = event.from < VALIDATORS ? node.peers.peer(event.from) : node.peers.stranger;
    const prepared = claim === null ? null : { block, round: claim };
    if (event.kind === "prepare") peer.injectPrepare(block, round);
    else if (event.kind === "commit") peer.injectCommit(block, round);
    else if (event.kind === "round-change") peer.injectRoundChange(round, prepared);
    else if (event.kind === "early") peer.injectPrepare({ ...block, height: 2 }, round);
    else if (round === 0) peer.injectProposal(block);
    else {
      const prepares = prepared === null ? [] : node.peers.prepares(prepared);
      peer.injectProposal(block, round, { roundChanges: node.peers.roundChanges(round, prepared), prepares });
    }
  }
});

/** What q honest validators would say next in the node's round. */
function playHonestly(node: LocalNode, step: "proposal" | "prepare" | "commit"): void {
  const { round, peers } = node;
  const { proposal } = node.height.round;
  const prepared = node.height.prepared;
  if (step === "proposal") {
    const from = peers.proposer(round);
    const block = prepared?.block ?? node.block({ coinbase: from.address });
    if (from.address === peers.address(SELF)) return;
    const prepares = prepared?.prepares ?? [];
    const justification = { roundChanges: peers.roundChanges(round, prepared), prepares };
    from.injectProposal(block, round, round === 0 ? {} : justification);
  } else if (proposal !== null && step === "prepare") {
    for (const i of [0, 1]) peers.peer(i).injectPrepare(proposal);
  } else if (proposal !== null) {
    peers.peer(0).injectCommit(proposal);
  }
}

function assertBounded({ height, early }: State): void {
  assert(height !== null);
  const { votes, validators, blocks, outcomes, reported, relayCounts, accepted } = height;
  const perAuthor = { proposals: 2, prepares: 2, commits: 4, roundChanges: 1 };
  for (const [kind, max] of Object.entries(perAuthor)) {
    const book = votes[kind as keyof typeof perAuthor];
    for (const [author, held] of book) assert(validators.includes(author) && held.size <= max, kind);
  }
  assert(accepted.length <= 2);
  // Accepted, prepared, claimed by each validator, and the round's own.
  for (const held of [blocks, outcomes]) assert(held.size <= accepted.length + 2 + validators.length);
  assert(reported.size <= 5 * validators.length);
  for (const count of relayCounts.values()) assert(count <= RELAYS_PER_AUTHOR_MAX);
  assert(early.size <= validators.length);
  for (const kinds of early.values()) assert(kinds.size <= 4);
}

/** One PROPOSAL and one PREPARE per round, a COMMIT only of what was prepared, and a claim for all that was committed. */
function assertSignedByTheRules(node: LocalNode, signed: readonly SigningPayload[]): void {
  const positions = signed.map(({ kind, payload }) => `${payload.round} ${kind}`);
  assert.equal(new Set(positions).size, positions.length, "W1: one signature per step");
  let committed = -1;
  for (const { signing, prepares } of node.record.entries) {
    if (signing.kind === "commit") {
      const { round, blockHash } = signing.payload;
      assert(prepares.length >= QUORUM && areDistinct(prepares), "C9: prepared by q");
      assert(prepares.every(({ payload }) => payload.round === round && payload.blockHash === blockHash));
      committed = round;
    } else if (signing.kind === "round-change") {
      assert.equal(signing.payload.prepared?.round ?? -1, committed, "C8: claims the last COMMIT");
    }
  }
}
