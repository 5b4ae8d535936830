import type { Block } from "@causeway/protocol/block";
import type {
  ConsensusMessage,
  ProposalMessage,
  RoundChangeMessage,
  SignedPrepare,
  SignedRoundChange,
} from "@causeway/protocol/consensusMessage";
import { quorum } from "@causeway/protocol/quorum";
import type { MakeActor } from "./actor.js";
import { makeOwnBlock } from "./ownBlock.js";

/** Is a quorum by itself: where q validators' words are asked for, it brings its own q times (C2, C3, C8). */
export const soloist: MakeActor = ({ key, sign, validators, acted }) => {
  /** The last block it saw proposed. */
  let last: Block | null = null;
  const ownBlock = makeOwnBlock(key);

  function copies<T>(height: number, one: T): T[] {
    return Array<T>(quorum(validators(height).length)).fill(one);
  }

  /** The block of its invention, prepared by nobody else in the round before. */
  function claim(message: RoundChangeMessage, seen: Block): RoundChangeMessage {
    const { height, round } = message.payload;
    const block = ownBlock(seen);
    const vote = { height, round: round - 1, blockHash: block.hash };
    const prepare: SignedPrepare = {
      payload: vote,
      author: key,
      signature: sign({ kind: "prepare", payload: vote }),
    };
    const payload = { height, round, prepared: { round: round - 1, blockHash: block.hash } };
    const signature = sign({ kind: "round-change", payload });
    return { ...message, payload, signature, prepares: copies(height, prepare), block };
  }

  /** A fresh block that only it asked for, whatever was prepared. */
  function propose(message: ProposalMessage): ProposalMessage {
    const { height, round } = message.payload;
    const asked = { height, round, prepared: null };
    const roundChange: SignedRoundChange = {
      payload: asked,
      author: key,
      signature: sign({ kind: "round-change", payload: asked }),
    };
    const block = ownBlock(message.block);
    const payload = { height, round, blockHash: block.hash };
    const signature = sign({ kind: "proposal", payload });
    const roundChanges = copies(height, roundChange);
    return { ...message, payload, signature, block, roundChanges, prepares: [] };
  }

  function lieOf(message: ConsensusMessage): ConsensusMessage | null {
    if (message.kind === "proposal") return propose(message);
    if (message.kind !== "round-change" || last?.height !== message.payload.height) return null;
    return claim(message, last);
  }

  return {
    incoming(message) {
      if (message.kind === "proposal") last = message.block;
    },
    outgoing(message): readonly ConsensusMessage[] {
      if (message.author !== key || message.payload.round === 0) return [message];
      const lie = lieOf(message);
      if (lie === null) return [message];
      acted();
      return [lie];
    },
    serves: (served) =>
      served.map(({ block, certificate }) => {
        const own = ownBlock(block);
        const { hash: blockHash, timestamp } = own;
        const checkpoint = { ...certificate.checkpoint, blockHash, timestamp };
        const seal = sign({ kind: "commit", payload: checkpoint });
        return {
          block: own,
          certificate: { ...certificate, checkpoint, seals: certificate.seals.map(() => seal) },
        };
      }),
  };
};
