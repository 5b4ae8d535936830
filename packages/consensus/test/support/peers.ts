import type { Block } from "@causeway/protocol/block";
import type { Checkpoint } from "@causeway/protocol/checkpoint";
import type {
  CommitMessage,
  ConsensusMessage,
  PrepareMessage,
  ProposalMessage,
  RoundChangeMessage,
  SignedPrepare,
  SignedRoundChange,
} from "@causeway/protocol/consensusMessage";
import type { Address } from "@causeway/protocol/hex";
import { quorum } from "@causeway/protocol/quorum";
import { proposer } from "@causeway/protocol/validatorSet";
import { checkpointOf } from "../../src/proposals/checkpointOf.js";
import { fakeSign } from "./fakeSigner.js";
import type { LocalNode } from "./localNode.js";
import { modelOutcome } from "./modelChain.js";

/** A block and the round it was prepared in. */
export interface PreparedIn {
  readonly block: Block;
  readonly round: number;
}

/** The validators around the local node. */
export class Peers {
  readonly #local: LocalNode;
  readonly #self: number | null;

  constructor(local: LocalNode, self: number | null) {
    this.#local = local;
    this.#self = self;
  }

  address(index: number): Address {
    const address = this.#local.validators[index];
    if (address === undefined) throw new RangeError(`no validator ${index}`);
    return address;
  }

  peer(index: number): Peer {
    return new Peer(this.#local, this.address(index));
  }

  /** All but the local node, ascending. */
  get all(): Peer[] {
    return this.#local.validators.flatMap((_, i) => (i === this.#self ? [] : [this.peer(i)]));
  }

  proposer(round: number): Peer {
    const { validators, head } = this.#local.height;
    return new Peer(this.#local, proposer(validators, head.coinbase, round));
  }

  /** The i-th peer that does not propose in the round. */
  nonProposing(i: number, round = this.#local.round): Peer {
    const others = this.all.filter(({ address }) => address !== this.proposer(round).address);
    const peer = others[i];
    if (peer === undefined) throw new RangeError(`no non-proposing peer ${i}`);
    return peer;
  }

  /** Somebody with a key outside the set. */
  get stranger(): Peer {
    return new Peer(this.#local, `0x${"ee".repeat(20)}`);
  }

  /** q PREPAREs, the local node's among them if it is needed. */
  prepares({ block, round }: { block: Pick<Block, "height" | "hash">; round: number }): SignedPrepare[] {
    return this.#quorum().map((peer) => peer.signPrepare(block, round));
  }

  /** q ROUND-CHANGEs to `round`, the first with a claim if something was prepared. */
  roundChanges(round: number, prepared: PreparedIn | null = null): SignedRoundChange[] {
    return this.#quorum().map((peer, i) => peer.signRoundChange(round, i === 0 ? prepared : null));
  }

  #quorum(): Peer[] {
    const { validators } = this.#local;
    return validators.slice(0, quorum(validators.length)).map((address) => new Peer(this.#local, address));
  }
}

/** One validator other than the local node, saying what a test wants it to say. */
export class Peer {
  readonly address: Address;
  readonly #local: LocalNode;

  constructor(local: LocalNode, address: Address) {
    this.#local = local;
    this.address = address;
  }

  /** Name of the connection its messages come from. */
  get id(): string {
    return `peer of ${this.address}`;
  }

  inject(message: ConsensusMessage): this {
    this.#local.input({ kind: "message", peer: this.id, message });
    return this;
  }

  injectProposal(block: Block, round = 0, change: Partial<ProposalMessage> = {}): this {
    return this.inject(this.proposal(block, round, change));
  }

  injectPrepare(block: Block, round = this.#local.round): this {
    return this.inject(this.prepare(block, round));
  }

  injectCommit(block: Block, round = this.#local.round, change: Partial<Checkpoint> = {}): this {
    return this.inject(this.commit(block, round, change));
  }

  injectRoundChange(round: number, prepared: PreparedIn | null = null): this {
    return this.inject(this.roundChange(round, prepared));
  }

  proposal(block: Block, round = 0, change: Partial<ProposalMessage> = {}): ProposalMessage {
    const payload = { height: this.#local.height.number, round, blockHash: block.hash };
    const signature = fakeSign(this.address, { kind: "proposal", payload });
    const vote = { payload, author: this.address, signature };
    return { kind: "proposal", ...vote, block, roundChanges: [], prepares: [], ...change };
  }

  prepare(block: Block, round: number): PrepareMessage {
    return { kind: "prepare", ...this.signPrepare(block, round) };
  }

  signPrepare(block: Pick<Block, "height" | "hash">, round: number): SignedPrepare {
    const payload = { height: block.height, round, blockHash: block.hash };
    return {
      payload,
      author: this.address,
      signature: fakeSign(this.address, { kind: "prepare", payload }),
    };
  }

  commit(block: Block, round: number, change: Partial<Checkpoint> = {}): CommitMessage {
    const { height } = this.#local;
    const payload = {
      ...checkpointOf(height, round, block, modelOutcome(block, height.validators)),
      height: block.height,
      ...change,
    };
    const signature = fakeSign(this.address, { kind: "commit", payload });
    return { kind: "commit", payload, author: this.address, signature };
  }

  roundChange(round: number, prepared: PreparedIn | null = null): RoundChangeMessage {
    return {
      kind: "round-change",
      ...this.signRoundChange(round, prepared),
      prepares: prepared === null ? [] : this.#local.peers.prepares(prepared),
      block: prepared?.block ?? null,
    };
  }

  signRoundChange(
    round: number,
    prepared: PreparedIn | null = null,
    height = this.#local.height.number,
  ): SignedRoundChange {
    const claim = prepared && { round: prepared.round, blockHash: prepared.block.hash };
    const payload = { height, round, prepared: claim };
    return {
      payload,
      author: this.address,
      signature: fakeSign(this.address, { kind: "round-change", payload }),
    };
  }
}
