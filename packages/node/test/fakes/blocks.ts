import { type Block, decodeBlock } from "@causeway/protocol/block";
import { fromHex, type Hash, ZERO_HASH } from "@causeway/protocol/hex";
import { RLP } from "@ethereumjs/rlp";
import { toBeArray } from "ethers";

const HEADER_FIELDS = 21;

/** A block of the right shape and no meaning; `salt` makes its hash unique, `bodyBytes` its transaction large. */
export function fakeBlock(height: number, parentHash: Hash = ZERO_HASH, salt = 0, bodyBytes = 0): Block {
  const header: Uint8Array[] = Array.from({ length: HEADER_FIELDS }, () => new Uint8Array());
  header[0] = fromHex(parentHash);
  header[2] = new Uint8Array(20);
  header[3] = new Uint8Array(32);
  header[8] = toBeArray(height);
  header[11] = toBeArray(1_000 + height);
  header[12] = new Uint8Array(32);
  header[13] = toBeArray(salt);
  return decodeBlock(RLP.encode([header, bodyBytes === 0 ? [] : [new Uint8Array(bodyBytes)], [], []]));
}
