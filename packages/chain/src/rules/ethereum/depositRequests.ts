import type { Address, Hash } from "@causeway/protocol/hex";
import { chainError } from "../../chainError.js";
import { fromHex } from "../../codec/hex.js";
import type { EngineLog } from "../../engine/engine.js";

/** keccak256 of DepositEvent(bytes,bytes,bytes,bytes,bytes). */
const DEPOSIT_TOPIC: Hash = "0x649bbc62d0e31342afea4e5cd82d4049e7e1ee912fc0889aa790803be39038c5";
const WORD_BYTES = 32;
const EVENT_BYTES = 576;
/** Where each field's length stands in the event's data, and how many bytes follow it: key, credentials, amount, signature, index. */
const FIELDS: readonly { readonly offset: number; readonly length: number }[] = [
  { offset: 160, length: 48 },
  { offset: 256, length: 32 },
  { offset: 320, length: 8 },
  { offset: 384, length: 96 },
  { offset: 512, length: 8 },
];

/**
 * Deposit requests of a block's logs, one behind the other (EIP-6110).
 * @throws ChainError "H1.requests" for an event of another layout.
 */
export function depositRequests(logs: Iterable<EngineLog>, contract: Address): Uint8Array {
  const requests: Uint8Array[] = [];
  for (const { address, topics, data } of logs) {
    if (address === contract && topics[0] === DEPOSIT_TOPIC) requests.push(...readEvent(fromHex(data)));
  }
  return Buffer.concat(requests);
}

function readEvent(data: Uint8Array): Uint8Array[] {
  const hasLayout =
    data.length === EVENT_BYTES &&
    FIELDS.every(
      ({ offset, length }, i) =>
        wordAt(data, i * WORD_BYTES) === BigInt(offset) && wordAt(data, offset) === BigInt(length),
    );
  if (!hasLayout) throw chainError("H1.requests", "a deposit event has another layout than EIP-6110's (H1)");
  return FIELDS.map(({ offset, length }) => data.subarray(offset + WORD_BYTES, offset + WORD_BYTES + length));
}

function wordAt(data: Uint8Array, offset: number): bigint {
  return BigInt(`0x${Buffer.from(data.subarray(offset, offset + WORD_BYTES)).toString("hex")}`);
}
