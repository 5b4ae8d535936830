import type { Block } from "@causeway/protocol/block";
import type { CertifiedBlock } from "@causeway/protocol/certifiedBlock";
import type { ConsensusMessage } from "@causeway/protocol/consensusMessage";
import type { Have } from "@causeway/protocol/wire/haveCodec";
import { WIRE_CODE } from "@causeway/protocol/wire/wireCode";
import {
  BLOCK_TRANSACTIONS_MAX,
  BLOCK_TRANSACTIONS_PER_UNIT,
  HAVE_ID_BYTES,
  HAVE_IDS_PER_UNIT,
  MESSAGE_SIGNATURES_MAX,
  SERVED_BLOCK_UNITS,
  SIGNATURE_BYTES,
  SYNC_REQUEST_UNITS,
} from "../limits.js";

/** What work of peers' asking costs, in units of one recovered signer. Bytes are counted apart. */

/** The most that a frame may cost, told by its code and length alone. */
export function frameCostMax(frame: Uint8Array): number {
  const { length } = frame;
  switch (frame[0]) {
    case WIRE_CODE.have:
      return 1 + length / HAVE_ID_BYTES / HAVE_IDS_PER_UNIT;
    case WIRE_CODE.prepare:
    case WIRE_CODE.commit:
      return 1;
    default:
      return (
        1 +
        Math.min(length / SIGNATURE_BYTES, MESSAGE_SIGNATURES_MAX) +
        Math.min(length, BLOCK_TRANSACTIONS_MAX) / BLOCK_TRANSACTIONS_PER_UNIT
      );
  }
}

/** @param recoveries signers recovered; none for a message that was known again by its hash, whose block was not read either. */
export function messageCost(message: ConsensusMessage, recoveries: number): number {
  if (recoveries === 0) return 1;
  return recoveries + ("block" in message && message.block !== null ? blockCost(message.block) : 0);
}

export function haveCost({ fromYou, fromOthers }: Have): number {
  return 1 + (fromYou.length + fromOthers.length) / HAVE_IDS_PER_UNIT;
}

/** A block with its certificate, whose seals the host checks (C11). */
export function decidedCost({ block, certificate }: CertifiedBlock): number {
  return 1 + certificate.seals.length + blockCost(block);
}

/** The most that blocks cost to serve. */
export function servedCostMax(count: number): number {
  return (
    SYNC_REQUEST_UNITS + count * SERVED_BLOCK_UNITS + BLOCK_TRANSACTIONS_MAX / BLOCK_TRANSACTIONS_PER_UNIT
  );
}

export function servedCost(blocks: readonly Block[]): number {
  const reading = blocks.reduce((sum, block) => sum + SERVED_BLOCK_UNITS + blockCost(block), 0);
  return SYNC_REQUEST_UNITS + reading;
}

function blockCost({ transactionCount }: Block): number {
  return transactionCount / BLOCK_TRANSACTIONS_PER_UNIT;
}
