import type { Genesis } from "@causeway/protocol/genesis";
import type { NodeConfig } from "../config/nodeConfig.js";
import type { PackedTransactions } from "./packedTransactions.js";
import type { ThreadError } from "./threadError.js";
import type { VotingThread } from "./votingThread.js";

/** What the serve thread is started with; plain data that a structured clone carries. */
export interface ServeSettings {
  /** Of the node, for its metrics. */
  readonly name: string;
  readonly genesis: Genesis;
  /** Data directory of the chain, which the voting thread has open. */
  readonly chainDir: string;
  readonly rpc: NonNullable<NodeConfig["rpc"]>;
  readonly clientVersion: string;
  readonly minTipWei: bigint;
}

/** A request to the voting thread. */
export interface ThreadCall {
  readonly kind: "call";
  readonly id: number;
  readonly name: keyof VotingThread;
  readonly args: readonly unknown[];
}

/** The answer to the call of that id: a value, or the error it ended with. */
export interface ThreadAnswer {
  readonly kind: "answer";
  readonly id: number;
  readonly value?: unknown;
  readonly error?: ThreadError;
}

/** From the voting thread to the serve thread. */
export type ToServe =
  | { readonly kind: "head"; readonly number: number }
  | { readonly kind: "transactions"; readonly packed: PackedTransactions }
  | ThreadAnswer
  | { readonly kind: "ping" }
  | { readonly kind: "metrics" }
  | { readonly kind: "close" };

/** From the serve thread to the voting thread. */
export type FromServe =
  | { readonly kind: "started"; readonly url: string; readonly port: number }
  | { readonly kind: "failed"; readonly error: ThreadError }
  | ThreadCall
  /** The last message of a feed was taken in: send the next. */
  | { readonly kind: "taken"; readonly feed: "head" | "transactions" }
  /** Whether anybody wants to hear of pooled transactions. */
  | { readonly kind: "listen"; readonly wanted: boolean }
  | { readonly kind: "pong" }
  | { readonly kind: "metrics"; readonly text: string };
