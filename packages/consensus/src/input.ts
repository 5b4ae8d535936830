import type { Block } from "@causeway/protocol/block";
import type { ConsensusMessage, SigningPayload } from "@causeway/protocol/consensusMessage";
import type { ExecutionOutcome } from "@causeway/protocol/executionOutcome";
import type { Head } from "@causeway/protocol/head";
import type { Address, Hash, Signature } from "@causeway/protocol/hex";
import type { Timer } from "./timer.js";

/** Everything that can happen to a node. `nowMs` is the host's wall clock at the moment of queueing (C13). */
export type Input = { readonly nowMs: number } & InputEvent;

export type InputEvent =
  /** The chain's head moved: this node's own commit was written, or a block was synced. Also the first input after start. */
  | { readonly kind: "new-head"; readonly head: Head }
  /** A well-formed message whose every signer was recovered at the edge (C16). `peer` is who relayed it. */
  | { readonly kind: "message"; readonly peer: string; readonly message: ConsensusMessage }
  | { readonly kind: "timeout"; readonly timer: Timer }
  /** Answer to `build`: a block executed while it was built. */
  | {
      readonly kind: "built";
      readonly height: number;
      readonly round: number;
      readonly block: Block;
      readonly outcome: ExecutionOutcome;
    }
  /** Answer to `execute`. `rule` is the H1-style code of a refusal, e.g. "H1.withdrawals". */
  | {
      readonly kind: "executed";
      readonly height: number;
      readonly round: number;
      readonly blockHash: Hash;
      readonly result:
        | { readonly ok: true; readonly outcome: ExecutionOutcome }
        | { readonly ok: false; readonly rule: string };
    }
  /** Answer to `record`: these bytes are on disk. On an equal position (W1) they may be older bytes than asked for. */
  | {
      readonly kind: "recorded";
      readonly signing: SigningPayload;
      readonly author: Address;
      readonly signature: Signature;
    }
  /** Answer to `fetch-blocks`, one block at a time, already hashed at the edge. */
  | { readonly kind: "block-fetched"; readonly block: Block }
  /**
   * A transaction executable on the head is in the pool: what the proposer of round 0 waits for once its block
   * deadline has passed (C14). Sent again after every `new-head` for which it still holds.
   */
  | { readonly kind: "transaction-pooled" }
  /** The same transaction has been pooled for a second: now everybody's round-0 timer may start (C14). Sent as above. */
  | { readonly kind: "transaction-waiting" }
  | { readonly kind: "peer-connected"; readonly peer: string };
