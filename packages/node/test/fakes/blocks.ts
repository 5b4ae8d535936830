import { EMPTY_LIST_HASH, EMPTY_ROOT } from "@causeway/chain/codec/header";
import { listRoot } from "@causeway/chain/codec/listRoot";
import { type Block, decodeBlock } from "@causeway/protocol/block";
import { type Address, fromHex, type Hash, ZERO_ADDRESS, ZERO_HASH } from "@causeway/protocol/hex";
import { type ValidatorSet, validatorSetHash } from "@causeway/protocol/validatorSet";
import { RLP } from "@ethereumjs/rlp";
import { toBeArray } from "ethers";

/** Bytes of the header fields that are no integers, by position. */
const WIDTHS = new Map([0, 1, 3, 4, 5, 12, 13, 16, 19, 20].map((i) => [i, 32]))
  .set(2, 20)
  .set(6, 256)
  .set(14, 8);
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

const GAS_LIMIT = 30_000_000;

/** A block of the right shape, with the body its header commits to, that no engine ever saw. */
export function fakeBlock(fields: FakeBlockFields): Block {
  const { height, timestamp = 1_000 + height, validators = [], salt = 0, bodyBytes = 0 } = fields;
  const transactions = bodyBytes === 0 ? [] : [[new Uint8Array(bodyBytes)]];
  const header: Uint8Array[] = Array.from(
    { length: HEADER_FIELDS },
    (_, i) => new Uint8Array(WIDTHS.get(i) ?? 0),
  );
  header[0] = fromHex(fields.parentHash ?? ZERO_HASH);
  header[2] = fromHex(fields.coinbase ?? ZERO_ADDRESS);
  header[1] = fromHex(EMPTY_LIST_HASH);
  header[4] = fromHex(listRoot(transactions.map((fields) => RLP.encode(fields))));
  header[8] = toBeArray(height);
  header[9] = toBeArray(GAS_LIMIT);
  header[11] = toBeArray(timestamp);
  header[12] = fromHex(validatorSetHash(validators));
  header[13] = toBeArray(salt, 32);
  header[16] = fromHex(EMPTY_ROOT);
  return decodeBlock(RLP.encode([header, transactions, [], []]));
}
