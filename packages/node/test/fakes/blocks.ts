import { type Block, decodeBlock } from "@causeway/protocol/block";
import { type Address, fromHex, type Hash, ZERO_ADDRESS, ZERO_HASH } from "@causeway/protocol/hex";
import { type ValidatorSet, validatorSetHash } from "@causeway/protocol/validatorSet";
import { RLP } from "@ethereumjs/rlp";
import { toBeArray } from "ethers";

const HEADER_FIELDS = 21;

export interface FakeBlockFields {
  readonly height: number;
  readonly parentHash?: Hash;
  readonly coinbase?: Address;
  readonly timestamp?: number;
  readonly validators?: ValidatorSet;
  /** Makes the hash unique. */
  readonly salt?: number;
  /** Size of its one transaction. */
  readonly bodyBytes?: number;
}

/** A block of the right shape that no engine ever saw. */
export function fakeBlock(fields: FakeBlockFields): Block {
  const { height, timestamp = 1_000 + height, validators = [], salt = 0, bodyBytes = 0 } = fields;
  const header: Uint8Array[] = Array.from({ length: HEADER_FIELDS }, () => new Uint8Array());
  header[0] = fromHex(fields.parentHash ?? ZERO_HASH);
  header[2] = fromHex(fields.coinbase ?? ZERO_ADDRESS);
  header[3] = new Uint8Array(32);
  header[8] = toBeArray(height);
  header[11] = toBeArray(timestamp);
  header[12] = fromHex(validatorSetHash(validators));
  header[13] = toBeArray(salt);
  return decodeBlock(RLP.encode([header, bodyBytes === 0 ? [] : [[new Uint8Array(bodyBytes)]], [], []]));
}
