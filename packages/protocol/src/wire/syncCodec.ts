import { type Block, decodeBlock } from "../block.js";
import type { CertifiedBlock } from "../certifiedBlock.js";
import { fromHex, type Hash } from "../hex.js";
import { certifiedBlockFields, readCertifiedBlock } from "./certifiedBlockCodec.js";
import { encodeEnvelope, openEnvelope, openEnvelopeOf } from "./envelope.js";
import { BLOCK_BYTES_MAX, SYNC_BLOCKS_MAX } from "./frameLimits.js";
import { readBytes, readFixed, readInteger, readTuple } from "./readField.js";
import { readRlpList } from "./rlpItem.js";
import { WIRE_CODE } from "./wireCode.js";
import { malformed } from "./wireError.js";

/** What may be asked on /causeway/1/sync: finalized blocks from a height, any known block by hash (C2), or the pool (N2). */
export type SyncRequest =
  | { readonly kind: "blocks"; readonly from: number; readonly count: number }
  | { readonly kind: "block"; readonly hash: Hash }
  | { readonly kind: "pool" };

export function encodeSyncRequest(request: SyncRequest): Uint8Array {
  switch (request.kind) {
    case "blocks":
      return encodeEnvelope(WIRE_CODE.blocksRequest, [request.from, request.count]);
    case "block":
      return encodeEnvelope(WIRE_CODE.blockRequest, [fromHex(request.hash)]);
    case "pool":
      return encodeEnvelope(WIRE_CODE.poolRequest, []);
  }
}

/** @throws {WireError} */
export function decodeSyncRequest(bytes: Uint8Array): SyncRequest {
  const { code, body } = openEnvelope(bytes);
  if (code === WIRE_CODE.blockRequest) {
    const [hash] = readTuple(body, "blockRequest", 1);
    return { kind: "block", hash: readFixed(hash, "blockRequest.hash", 32) };
  }
  if (code === WIRE_CODE.poolRequest) {
    readTuple(body, "poolRequest", 0);
    return { kind: "pool" };
  }
  if (code !== WIRE_CODE.blocksRequest) {
    throw malformed("code", `that of a sync request, got 0x${code.toString(16)}`);
  }
  const [from, count] = readTuple(body, "blocksRequest", 2);
  const request = {
    kind: "blocks" as const,
    from: readInteger(from, "blocksRequest.from"),
    count: readInteger(count, "blocksRequest.count", SYNC_BLOCKS_MAX),
  };
  if (request.from === 0) throw malformed("blocksRequest.from", "at least 1: genesis is never sent");
  if (request.count === 0) throw malformed("blocksRequest.count", "at least 1");
  return request;
}

/** Answer to a range request: ascending from the asked height, empty when there is none. */
export function encodeBlocks(blocks: readonly CertifiedBlock[]): Uint8Array {
  return encodeEnvelope(WIRE_CODE.blocks, blocks.map(certifiedBlockFields));
}

/**
 * @param request what was asked: an answer beyond it, or with a gap, is malformed.
 * @throws {WireError} {@link BlockDecodeError}
 */
export function decodeBlocks(
  bytes: Uint8Array,
  request: { readonly from: number; readonly count: number },
): CertifiedBlock[] {
  const body = openEnvelopeOf(bytes, WIRE_CODE.blocks, "blocks");
  return readRlpList(body, "blocks", request.count).map((item, i) => {
    const decoded = readCertifiedBlock(item, `blocks[${i}]`);
    if (decoded.block.height !== request.from + i) {
      throw malformed(`blocks[${i}]`, `block ${request.from + i}, got ${decoded.block.height}`);
    }
    return decoded;
  });
}

/** Answer to a request by hash: the block's RLP, or nothing. */
export function encodeBlockAnswer(block: Block | null): Uint8Array {
  return encodeEnvelope(WIRE_CODE.block, block === null ? [] : [block.bytes]);
}

/** @throws {WireError} {@link BlockDecodeError} */
export function decodeBlockAnswer(bytes: Uint8Array, hash: Hash): Block | null {
  const body = openEnvelopeOf(bytes, WIRE_CODE.block, "block");
  const [item] = readRlpList(body, "block", 1);
  if (item === undefined) return null;
  const block = decodeBlock(readBytes(item, "block", BLOCK_BYTES_MAX));
  if (block.hash !== hash) throw malformed("block", `the block asked for, ${hash}, got ${block.hash}`);
  return block;
}
