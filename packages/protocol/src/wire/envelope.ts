import { type Input, RLP } from "@ethereumjs/rlp";
import { type RlpItem, readRlp } from "./rlpItem.js";
import type { WireCode } from "./wireCode.js";
import { malformed } from "./wireError.js";

/** A message: its one-byte code, then the RLP list of its fields (X8). */
export function encodeEnvelope(code: WireCode, fields: Input[]): Uint8Array {
  const rlp = RLP.encode(fields);
  const bytes = new Uint8Array(1 + rlp.length);
  bytes[0] = code;
  bytes.set(rlp, 1);
  return bytes;
}

/** @throws {WireError} when the bytes are empty or what follows the code is not one RLP item. */
export function openEnvelope(bytes: Uint8Array): { readonly code: number; readonly body: RlpItem } {
  const code = bytes[0];
  if (code === undefined) throw malformed("message", "a type code and its fields, got no bytes");
  return { code, body: readRlp(bytes.subarray(1), "message") };
}

/** @throws {WireError} when the message is of another type. */
export function openEnvelopeOf(bytes: Uint8Array, code: WireCode, name: string): RlpItem {
  const opened = openEnvelope(bytes);
  if (opened.code !== code) {
    throw malformed("code", `0x${code.toString(16)} (${name}), got 0x${opened.code.toString(16)}`);
  }
  return opened.body;
}
