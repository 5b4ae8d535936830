import type { Address, Hash, Hex } from "@causeway/protocol/hex";
import { RLP } from "@ethereumjs/rlp";
import { chainError } from "../chainError.js";
import { keccak256, nativeCrypto } from "../crypto/nativeCrypto.js";
import type { AccessListItem, Authorization, Transaction } from "../types/transaction.js";
import { toHex } from "./hex.js";
import { integerBytes } from "./integerBytes.js";

/** Type byte of EIP-4844 transactions, which Causeway's own chains do not have (H1). */
export const BLOB_TRANSACTION = 3;
/** First byte of an RLP list: a legacy transaction. */
const RLP_LIST = 0xc0;
/** EIP-2718: a greater first byte begins a legacy transaction. */
const TYPE_MAX = 0x7f;
/** EIP-155. */
const EIP155_V_OFFSET = 35n;
const LEGACY_V = [27n, 28n];

type Item = Uint8Array | readonly Item[];

/** Fields of the typed transactions in RLP order, without the three signature fields (EIP-2930, 1559, 4844, 7702). */
const TYPED_FIELDS: Readonly<Record<number, readonly string[]>> = {
  1: ["chainId", "nonce", "gasPrice", "gas", "to", "value", "input", "accessList"],
  2: ["chainId", "nonce", "tip", "feeCap", "gas", "to", "value", "input", "accessList"],
  3: [
    "chainId",
    "nonce",
    "tip",
    "feeCap",
    "gas",
    "to",
    "value",
    "input",
    "accessList",
    "blobFeeCap",
    "blobHashes",
  ],
  4: ["chainId", "nonce", "tip", "feeCap", "gas", "to", "value", "input", "accessList", "authorizations"],
};
/** What geth's errors call a transaction, by its type. */
const GETH_NAMES = ["LegacyTx", "AccessListTx", "DynamicFeeTx", "BlobTx", "SetCodeTx"];
const LEGACY_FIELDS = ["nonce", "gasPrice", "gas", "to", "value", "input"];

/**
 * Decode an EIP-2718 transaction and recover its sender; no other rule is checked.
 * @param known gives back what was decoded before, to spare recovering its sender.
 * @throws ChainError "TransactionRejected" with geth's text: "transaction type not supported", "invalid sender", or
 * what is wrong with the encoding.
 */
export function decodeTransaction(
  raw: Uint8Array,
  known: (hash: Hash) => Transaction | null = () => null,
): Transaction {
  const hash = toHex(keccak256(raw));
  return known(hash) ?? decodeNew(raw, hash);
}

/** Decode a transaction that passed {@link decodeTransaction} elsewhere, with the sender recovered there. */
export function decodeWithSender(raw: Uint8Array, from: Address): Transaction {
  return decodeNew(raw, toHex(keccak256(raw)), from);
}

function decodeNew(raw: Uint8Array, hash: Hash, knownSender?: Address): Transaction {
  const type = transactionType(raw);
  const names = type === 0 ? LEGACY_FIELDS : (TYPED_FIELDS[type] ?? []);
  const items = decodeList(type === 0 ? raw : raw.subarray(1));
  const surplus = items.length - names.length - 3;
  if (surplus !== 0) {
    const problem = surplus < 0 ? "too few elements" : "input list has too many elements";
    throw rejected(`rlp: ${problem} for types.${GETH_NAMES[type]}`);
  }
  const field = (name: string) => items[names.indexOf(name)];
  const [v, r, s] = items.slice(-3).map((item, i) => integer(item, ["v", "r", "s"][i] as string, 32)) as [
    bigint,
    bigint,
    bigint,
  ];
  // A typed one has no other encoding of its parity (EIP-2718).
  if (type !== 0 && v > 1n) throw rejected("invalid sender");
  const chainId = type === 0 ? legacyChainId(v) : integer(field("chainId"), "chainId", 32);
  const recoverSender = () => {
    const signed = type === 0 ? legacySigned(items, chainId) : typedSigned(type, items);
    return sender(keccak256(signed), v, r, s, type === 0 ? chainId : null);
  };
  const fees = names.includes("feeCap");
  return {
    hash,
    type,
    chainId,
    nonce: integer(field("nonce"), "nonce", 8),
    from: knownSender ?? recoverSender(),
    to: recipient(field("to")),
    value: integer(field("value"), "value", 32),
    gas: integer(field("gas"), "gas", 8),
    gasPrice: fees ? null : integer(field("gasPrice"), "gasPrice", 32),
    maxFeePerGas: fees ? integer(field("feeCap"), "maxFeePerGas", 32) : null,
    maxPriorityFeePerGas: fees ? integer(field("tip"), "maxPriorityFeePerGas", 32) : null,
    maxFeePerBlobGas: type === 3 ? integer(field("blobFeeCap"), "maxFeePerBlobGas", 32) : null,
    blobVersionedHashes: type === 3 ? blobHashes(field("blobHashes")) : null,
    input: toHex(bytes(field("input"), "input")),
    accessList: type === 0 ? null : accessList(field("accessList")),
    authorizationList: type === 4 ? authorizations(field("authorizations")) : null,
    v,
    r,
    s,
    raw,
  };
}

/**
 * Type of an EIP-2718 transaction by its first byte, 0 for a legacy one.
 * @throws ChainError "TransactionRejected" "typed transaction too short", "transaction type not supported".
 */
export function transactionType(raw: Uint8Array): number {
  const first = raw[0];
  if (first !== undefined && first > TYPE_MAX) return 0;
  if (first === undefined || raw.length === 1) throw rejected("typed transaction too short");
  if (TYPED_FIELDS[first] === undefined) throw rejected("transaction type not supported");
  return first;
}

/**
 * The EIP-2718 bytes of a transaction in a block body, where legacy ones are lists and typed ones are strings.
 * @throws ChainError "H1.encoding" for a legacy one in a string: one block would have two encodings.
 */
export function rawFromBodyItem(item: unknown): Uint8Array {
  if (!(item instanceof Uint8Array)) return RLP.encode(item as Uint8Array[]);
  if ((item[0] ?? 0) <= TYPE_MAX) return item;
  throw chainError("H1.encoding", "block holds a legacy transaction as bytes, which must be a list (H1)");
}

/** How a block body holds the transaction. */
export function bodyItem(raw: Uint8Array): Uint8Array | Uint8Array[] {
  return (raw[0] ?? 0) >= RLP_LIST ? (RLP.decode(raw) as Uint8Array[]) : raw;
}

function legacyChainId(v: bigint): bigint | null {
  if (LEGACY_V.includes(v)) return null;
  if (v < EIP155_V_OFFSET) throw rejected("invalid sender");
  return (v - EIP155_V_OFFSET) / 2n;
}

function legacySigned(items: readonly Item[], chainId: bigint | null): Uint8Array {
  const fields = items.slice(0, LEGACY_FIELDS.length);
  if (chainId !== null) fields.push(integerBytes(chainId), new Uint8Array(), new Uint8Array());
  return RLP.encode(fields as Uint8Array[]);
}

function typedSigned(type: number, items: readonly Item[]): Uint8Array {
  const payload = RLP.encode(items.slice(0, -3) as Uint8Array[]);
  const signed = new Uint8Array(payload.length + 1);
  signed[0] = type;
  signed.set(payload, 1);
  return signed;
}

function sender(digest: Uint8Array, v: bigint, r: bigint, s: bigint, chainId: bigint | null): Address {
  if (r === 0n || s === 0n) throw rejected("invalid sender");
  try {
    const publicKey = nativeCrypto.ecrecover(
      digest,
      v,
      integerBytes(r),
      integerBytes(s),
      chainId ?? undefined,
    );
    return toHex(keccak256(publicKey).subarray(12));
  } catch (cause) {
    throw rejected("invalid sender", cause);
  }
}

function decodeList(data: Uint8Array): Item[] {
  try {
    const decoded = RLP.decode(data);
    if (Array.isArray(decoded)) return decoded as Item[];
  } catch (cause) {
    throw rejected("rlp: malformed transaction", cause);
  }
  throw rejected("rlp: expected List");
}

function bytes(item: Item | undefined, name: string): Uint8Array {
  if (item instanceof Uint8Array) return item;
  throw rejected(`rlp: expected bytes for ${name}`);
}

function list(item: Item | undefined, name: string): readonly Item[] {
  if (item !== undefined && !(item instanceof Uint8Array)) return item;
  throw rejected(`rlp: expected list for ${name}`);
}

function integer(item: Item | undefined, name: string, bytesMax: number): bigint {
  const value = bytes(item, name);
  if (value.length > bytesMax || value[0] === 0) {
    throw rejected(`rlp: ${name} is not a canonical integer of at most ${bytesMax} bytes`);
  }
  return value.length === 0 ? 0n : BigInt(toHex(value));
}

function fixed(item: Item | undefined, name: string, length: number): Hex {
  const value = bytes(item, name);
  if (value.length !== length) throw rejected(`rlp: ${name} must have ${length} bytes`);
  return toHex(value);
}

function recipient(item: Item | undefined): Address | null {
  return bytes(item, "to").length === 0 ? null : fixed(item, "to", 20);
}

function accessList(item: Item | undefined): AccessListItem[] {
  return list(item, "accessList").map((entry) => {
    const [address, keys, ...rest] = list(entry, "accessList");
    if (rest.length > 0) throw rejected("rlp: access list entries have two fields");
    return {
      address: fixed(address, "accessList address", 20),
      storageKeys: list(keys, "storageKeys").map((key): Hash => fixed(key, "storage key", 32)),
    };
  });
}

function blobHashes(item: Item | undefined): Hash[] {
  return list(item, "blobVersionedHashes").map((hash) => fixed(hash, "blob versioned hash", 32));
}

function authorizations(item: Item | undefined): Authorization[] {
  return list(item, "authorizationList").map((entry) => {
    const parts = list(entry, "authorization");
    if (parts.length !== 6) throw rejected("rlp: authorizations have six fields");
    const number = (i: number, name: string, width: number) =>
      integer(parts[i], `authorization ${name}`, width);
    return {
      chainId: number(0, "chainId", 32),
      address: fixed(parts[1], "authorization address", 20),
      nonce: number(2, "nonce", 8),
      yParity: number(3, "yParity", 1),
      r: number(4, "r", 32),
      s: number(5, "s", 32),
    };
  });
}

function rejected(message: string, cause?: unknown) {
  return chainError("TransactionRejected", message, cause);
}
