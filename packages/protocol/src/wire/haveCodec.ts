import type { ConsensusMessage } from "../consensusMessage.js";
import { concatHex, fromHex, type Hex, toHex } from "../hex.js";
import { encodeEnvelope, openEnvelopeOf } from "./envelope.js";
import { readBytes, readTuple } from "./readField.js";
import type { RlpItem } from "./rlpItem.js";
import { WIRE_CODE } from "./wireCode.js";
import { malformed } from "./wireError.js";

/** Names a signed consensus message among peers: the last four bytes of its author, then the first eight of its signature. */
export type MessageId = Hex;

const AUTHOR_BYTES = 4;
const SIGNATURE_BYTES = 8;
const ID_BYTES = AUTHOR_BYTES + SIGNATURE_BYTES;
/** Ids in one list. */
export const HAVE_IDS_MAX = 1_024;

/** Two messages of one id are one author's doing, and hamper his own messages only. */
export function messageId({ author, signature }: Pick<ConsensusMessage, "author" | "signature">): MessageId {
  return `0x${author.slice(-2 * AUTHOR_BYTES)}${signature.slice(2, 2 + 2 * SIGNATURE_BYTES)}`;
}

/** The part of an id that names the author. */
export function authorOfId(id: MessageId): Hex {
  return id.slice(0, 2 + 2 * AUTHOR_BYTES) as Hex;
}

/** Which messages a node has (N2). */
export interface Have {
  /** Those that the peer it tells was the first to bring. */
  readonly fromYou: readonly MessageId[];
  readonly fromOthers: readonly MessageId[];
}

/** Each list is its ids one after another; of more than {@link HAVE_IDS_MAX} the newest. */
export function encodeHave({ fromYou, fromOthers }: Have): Uint8Array {
  const joined = (ids: readonly MessageId[]) => fromHex(concatHex(ids.slice(-HAVE_IDS_MAX)));
  return encodeEnvelope(WIRE_CODE.have, [joined(fromYou), joined(fromOthers)]);
}

/** @throws {WireError} */
export function decodeHave(bytes: Uint8Array): Have {
  const fields = readTuple(openEnvelopeOf(bytes, WIRE_CODE.have, "have"), "have", 2);
  return { fromYou: readIds(fields[0], "have.fromYou"), fromOthers: readIds(fields[1], "have.fromOthers") };
}

function readIds(item: RlpItem | undefined, field: string): MessageId[] {
  const ids = readBytes(item, field, HAVE_IDS_MAX * ID_BYTES);
  if (ids.length % ID_BYTES !== 0)
    throw malformed(field, `a multiple of ${ID_BYTES} bytes, got ${ids.length}`);
  return Array.from({ length: ids.length / ID_BYTES }, (_, i) =>
    toHex(ids.subarray(ID_BYTES * i, ID_BYTES * (i + 1))),
  );
}
