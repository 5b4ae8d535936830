import type { Checkpoint } from "@causeway/protocol/checkpoint";
import type { Authored, BlockVote, RoundChangePayload } from "@causeway/protocol/consensusMessage";
import type { Address } from "@causeway/protocol/hex";

/** Two signed messages of one validator that contradict each other (C15). One is stored per (validator, height, kind). */
export type Evidence = { readonly validator: Address; readonly height: number } & (
  | {
      readonly kind: "double-proposal";
      readonly first: Authored<BlockVote>;
      readonly second: Authored<BlockVote>;
    }
  | {
      readonly kind: "double-prepare";
      readonly first: Authored<BlockVote>;
      readonly second: Authored<BlockVote>;
    }
  | {
      readonly kind: "double-commit";
      readonly first: Authored<Checkpoint>;
      readonly second: Authored<Checkpoint>;
    }
  | {
      readonly kind: "double-round-change";
      readonly first: Authored<RoundChangePayload>;
      readonly second: Authored<RoundChangePayload>;
    }
  | {
      readonly kind: "forgotten-commit";
      readonly first: Authored<Checkpoint>;
      readonly second: Authored<RoundChangePayload>;
    }
);
