import type { Address, Hash, Hex } from "@causeway/protocol/hex";
import type { EngineLog } from "../engine/engine.js";

/** How a frame begins: the opcode that made it; a transaction's own frame is a CALL or a CREATE. */
export type FrameKind =
  | "CALL"
  | "CALLCODE"
  | "DELEGATECALL"
  | "STATICCALL"
  | "CREATE"
  | "CREATE2"
  | "SELFDESTRUCT";

/** A frame that begins, also one that a precompile answers or that ends before any code of it runs. */
export interface Frame {
  readonly kind: FrameKind;
  /** 0 for the transaction's own. */
  readonly depth: number;
  /** The account whose code makes the call. */
  readonly from: Address;
  /** Whose code runs, or who gets what a SELFDESTRUCT leaves; null for a creation, whose end names the contract. */
  readonly to: Address | null;
  readonly precompile: boolean;
  /** Gas the frame may use, stipend included, what the transaction paid before not. */
  readonly gas: bigint;
  /** Wei; null for STATICCALL, which has none. DELEGATECALL shows its caller's. */
  readonly value: bigint | null;
  /** Call data or init code. */
  readonly input: Uint8Array;
}

export interface FrameEnd {
  readonly depth: number;
  /** Refunds not taken off. */
  readonly gasUsed: bigint;
  /** Return data, revert data, or the code of the new contract; empty after any other failure. */
  readonly output: Uint8Array;
  /** geth's words; null on success. "execution reverted" is the one failure that keeps the rest of the gas. */
  readonly error: string | null;
  /** Where a creation put its contract, or would have had it not failed. */
  readonly created: Address | null;
}

/** One instruction about to run. */
export interface Step {
  readonly pc: number;
  readonly opcode: number;
  /** geth's name. */
  readonly op: string;
  /** Gas left before it. */
  readonly gas: bigint;
  /** Gas it costs, what a call hands on included. */
  readonly cost: bigint;
  /** 1 in the transaction's own frame, as geth counts steps. */
  readonly depth: number;
  /** Refund counter. */
  readonly refund: bigint;
  /** The account whose storage it works on. */
  readonly address: Address;
  /** The account whose code, or whose delegate's code, it is; a creation's own. */
  readonly codeAddress: Address;
  /** Bottom first. */
  readonly stack: readonly bigint[];
  readonly memory: Uint8Array;
  /** What the last call made from this frame returned. */
  readonly returnData: Uint8Array;
}

/** Told of what happens inside one execution, in order. Whatever it throws ends the execution. */
export interface ExecutionObserver {
  /** Costs the EVM a copy of stack and memory for every instruction: leave it out where it is not wanted. */
  step?(step: Step): void | Promise<void>;
  enter?(frame: Frame): void;
  exit?(end: FrameEnd): void;
  /** A log of the innermost frame; gone if one of the frames around it fails. */
  log?(log: EngineLog): void;
}

/** The state at the moment of asking. */
export interface LiveState {
  /** An account that does not exist has no balance, nonce and code. */
  account(address: Address): Promise<LiveAccount>;
  code(address: Address): Promise<Hex>;
  storage(address: Address, slot: Hash): Promise<Hash>;
}

export interface LiveAccount {
  readonly balance: bigint;
  readonly nonce: bigint;
  readonly codeHash: Hash;
  /** By EIP-161, or before it was there in any form. */
  readonly exists: boolean;
}
