import type { Block } from "@causeway/protocol/block";
import type { Certificate } from "@causeway/protocol/certificate";
import type { Checkpoint } from "@causeway/protocol/checkpoint";
import type { ConsensusMessage, SignedPrepare, SigningPayload } from "@causeway/protocol/consensusMessage";
import type { Address, Hash } from "@causeway/protocol/hex";
import type { Evidence } from "./evidence.js";
import type { Timer } from "./timer.js";

/** What the host must do, in order. */
export type Effect =
  /** Sign, append, fsync; then answer with `recorded` (W2). Nothing is sent or counted before. */
  | {
      readonly kind: "record";
      readonly author: Address;
      readonly signing: SigningPayload;
      /** Whole block of a PROPOSAL or PREPARE. */
      readonly block: Block | null;
      /** The q PREPAREs behind a COMMIT. */
      readonly prepares: readonly SignedPrepare[];
    }
  | { readonly kind: "broadcast"; readonly message: ConsensusMessage }
  | { readonly kind: "send"; readonly peer: string; readonly message: ConsensusMessage }
  /** Relay a message of another validator to all peers but the one it came from. */
  | { readonly kind: "relay"; readonly message: ConsensusMessage; readonly except: string }
  | { readonly kind: "set-timer"; readonly timer: Timer; readonly delayMs: number }
  | { readonly kind: "cancel-timer"; readonly timer: Timer["kind"] }
  /** Build and execute a block on the head; answer with `built`. */
  | {
      readonly kind: "build";
      readonly height: number;
      readonly round: number;
      readonly parentHash: Hash;
      readonly coinbase: Address;
      /** Whole seconds, max(now, parent + period) (H1). */
      readonly timestamp: number;
    }
  /** Check and execute a block on the head; answer with `executed`. Header rules that do not depend on the round. */
  | { readonly kind: "execute"; readonly height: number; readonly round: number; readonly block: Block }
  /** The round was left: an execution or build still running for it may stop (H4). */
  | { readonly kind: "abort"; readonly height: number; readonly round: number }
  /** Decided: write block, receipts, state and certificate in one batch, then answer with `new-head`. */
  | { readonly kind: "commit"; readonly block: Block; readonly certificate: Certificate }
  /** Ask peers for a block by hash; answer with `block-fetched`. */
  | { readonly kind: "fetch-blocks"; readonly height: number; readonly hashes: readonly Hash[] }
  /** A peer is ahead: it has finalized this height. */
  | { readonly kind: "sync"; readonly height: number; readonly peer: string }
  /** A peer is behind: send it the decided block of this height and its certificate (C11). */
  | { readonly kind: "send-decided"; readonly peer: string; readonly height: number }
  /** One validator contradicted itself; store it, change nothing (F3, C15). */
  | { readonly kind: "evidence"; readonly evidence: Evidence }
  /** A PROPOSAL that this node will not prepare, with the rule it breaks. */
  | {
      readonly kind: "refused";
      readonly rule: string;
      readonly author: Address;
      readonly height: number;
      readonly round: number;
      readonly detail: string;
    }
  /** Safety stop: persist the evidence, stop voting and importing, keep serving reads, alarm (F2, C4). Nothing follows it. */
  | {
      readonly kind: "halt";
      readonly reason: string;
      /** The certificates that contradict each other (F2), or the one this node cannot reproduce (C4). */
      readonly certificates: readonly Certificate[];
      /** This node's own reading of the block it was asked to commit (C4), else null. */
      readonly own: Checkpoint | null;
    };
