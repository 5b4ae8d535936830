import type { Block } from "@causeway/protocol/block";
import type { SignedPrepare, SigningPayload } from "@causeway/protocol/consensusMessage";
import type { Address, Signature } from "@causeway/protocol/hex";

/** One entry of the safety record as it is read back at start (W2, W3): the `record` effect and its signature. */
export interface RecordEntry {
  readonly author: Address;
  readonly signing: SigningPayload;
  readonly signature: Signature;
  /** Whole block of a PROPOSAL or PREPARE, else null. */
  readonly block: Block | null;
  /** The q PREPAREs behind a COMMIT, else empty. */
  readonly prepares: readonly SignedPrepare[];
}
