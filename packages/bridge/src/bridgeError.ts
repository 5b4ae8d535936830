import { CausewayError } from "@causeway/protocol/errors";
import type { Address, Hash, Hex } from "@causeway/protocol/hex";

/** What can go wrong when reading or writing either side of the bridge. */
export type BridgeErrorType =
  /** No usable answer: connection, time limit, HTTP status. Trying again may help. */
  | { readonly code: "RpcUnreachable"; readonly method: string }
  /** The answer is longer than this library takes. Asking for less helps. */
  | { readonly code: "AnswerTooLarge"; readonly method: string }
  /** The node answered with an error. `data` is the revert data of a call. */
  | {
      readonly code: "RpcRefused";
      readonly method: string;
      readonly rpcCode: number;
      readonly data: Hex | null;
    }
  /** The node's answer has not the shape the method promises. */
  | { readonly code: "RpcMalformed"; readonly method: string; readonly field: string }
  /** No contract stands at the address at that block. */
  | { readonly code: "NoContract"; readonly address: Address }
  /** The node does not know the block (yet). */
  | { readonly code: "BlockUnknown"; readonly tag: string }
  /** A header that does not hash to what the node calls its hash. */
  | { readonly code: "HeaderMismatch"; readonly claimed: Hash; readonly computed: Hash }
  /** An account or storage proof that does not lead to the header's state root. */
  | { readonly code: "ProofInvalid"; readonly address: Address; readonly blockHash: Hash }
  /** Logs do not add up to what the Outbox's storage says: the node's answer was partial, or of another fork. */
  | {
      readonly code: "LogsIncomplete";
      readonly outbox: Address;
      readonly have: number;
      readonly need: number;
    }
  /** All leaves are there, yet they do not hash to the Outbox's root. */
  | { readonly code: "RootMismatch"; readonly outbox: Address; readonly count: number }
  /** The chain behind the URL is another one. */
  | { readonly code: "WrongChain"; readonly expected: bigint; readonly actual: bigint }
  /** The genesis names no bridge. */
  | { readonly code: "NoBridge" }
  /** The deployer's next contract would not get the address the genesis names. */
  | {
      readonly code: "AddressMismatch";
      readonly contract: string;
      readonly expected: Address;
      readonly actual: Address;
    }
  /** Something else stands at a bridge address, or nothing. */
  | { readonly code: "CodeMismatch"; readonly contract: string; readonly address: Address }
  /** A transaction was mined and failed. */
  | { readonly code: "TransactionFailed"; readonly transactionHash: Hash }
  /** A transaction holds no bridge message. */
  | { readonly code: "NoMessage"; readonly transactionHash: Hash }
  /** The withdrawal is not under any accepted checkpoint yet. */
  | { readonly code: "NotYetProvable"; readonly nonce: number };

export class BridgeError extends CausewayError<BridgeErrorType> {
  constructor(type: BridgeErrorType, message: string, options?: ErrorOptions) {
    super(type, message, options);
    this.name = "BridgeError";
  }
}

/** Revert data of a failed call, from this library's own errors or from ethers'; null when the failure was not a revert. */
export function revertData(error: unknown): Hex | null {
  if (error instanceof BridgeError) return error.type.code === "RpcRefused" ? error.type.data : null;
  if (typeof error !== "object" || error === null || !("data" in error)) return null;
  return typeof error.data === "string" && error.data.startsWith("0x") ? (error.data as Hex) : null;
}
