import type { Block } from "@causeway/protocol/block";
import type { BlockVote, ConsensusMessage, RoundChangePayload } from "@causeway/protocol/consensusMessage";
import type { Signature } from "@causeway/protocol/hex";
import type { InputEvent } from "../input.js";
import type { Step } from "../step.js";
import { uponCommit } from "./uponCommit.js";
import { uponPrepare } from "./uponPrepare.js";
import { uponProposal } from "./uponProposal.js";
import { uponRoundChange } from "./uponRoundChange.js";

type Recorded = Extract<InputEvent, { kind: "recorded" }>;

/** W2: what was signed is on disk: only now is it sent, and only now does it count here. */
export function uponRecorded(step: Step, { signing, author, signature }: Recorded) {
  const { self, number, decision } = step.height;
  if (author !== self || signing.payload.height !== number) return;
  if (decision !== null && signing.kind !== "commit") return;
  switch (signing.kind) {
    case "proposal":
      return uponProposalRecorded(step, signing.payload, signature);
    case "prepare": {
      const message = { kind: "prepare", payload: signing.payload, author, signature } as const;
      broadcast(step, message);
      return uponPrepare(step, message, null);
    }
    case "commit": {
      const message = { kind: "commit", payload: signing.payload, author, signature } as const;
      broadcast(step, message);
      return uponCommit(step, message, null);
    }
    case "round-change":
      return uponRoundChangeRecorded(step, signing.payload, signature);
  }
}

/** On an equal position the record returns older bytes (W1): the block is found by the hash that was really signed. */
function uponProposalRecorded(step: Step, payload: BlockVote, signature: Signature): void {
  const { self, round, blocks } = step.height;
  const block = blocks.get(payload.blockHash);
  if (self === null || block === undefined || round.justification === null || payload.round !== round.number)
    return;
  const own = { payload, author: self, signature };
  const message = { kind: "proposal", ...own, block, ...round.justification } as const;
  step.updateRound({ ownProposal: own });
  broadcast(step, message);
  uponProposal(step, message, null);
}

function uponRoundChangeRecorded(step: Step, payload: RoundChangePayload, signature: Signature): void {
  const { self, prepared } = step.height;
  const claimed = payload.prepared === null ? null : prepared;
  const isBacked =
    claimed?.round === payload.prepared?.round && claimed?.block.hash === payload.prepared?.blockHash;
  if (self === null || !isBacked) return;
  const block: Block | null = claimed?.block ?? null;
  const message = {
    kind: "round-change",
    payload,
    author: self,
    signature,
    prepares: claimed?.prepares ?? [],
    block,
  } as const;
  broadcast(step, message);
  uponRoundChange(step, message, null);
}

function broadcast(step: Step, message: ConsensusMessage): void {
  step.emit({ kind: "broadcast", message });
}
