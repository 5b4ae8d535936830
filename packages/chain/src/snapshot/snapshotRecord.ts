import type { Certificate } from "@causeway/protocol/certificate";
import type { Hash } from "@causeway/protocol/hex";
import { MAX_VALIDATORS, type ValidatorSet } from "@causeway/protocol/validatorSet";
import { certificateFields, readCertificate } from "@causeway/protocol/wire/certificateCodec";
import { readBytes, readFixed, readInteger } from "@causeway/protocol/wire/readField";
import { type RlpItem, readRlp, readRlpList } from "@causeway/protocol/wire/rlpItem";
import { type Input, RLP } from "@ethereumjs/rlp";
import { fromHex } from "../codec/hex.js";
import { HEADERS_BEFORE_HISTORY } from "../store/historyStart.js";
import { snapshotError } from "./snapshotError.js";

const SNAPSHOT_VERSION = 1;
const MAGIC = "causeway-snapshot";
/** Headers of a snapshot, the head's among them. */
export const HEADERS_MAX = HEADERS_BEFORE_HISTORY + 1;
/** A block of 8 MiB (H1) with a certificate of 64 seals is the largest record. */
export const RECORD_BYTES_MAX = 9 * 1024 * 1024;
/** Nodes and code of one record; a record is cut when it has this many bytes. */
export const STATE_BYTES_PER_RECORD = 256 * 1024;
const STATE_ITEMS_MAX = STATE_BYTES_PER_RECORD;
const HEADER_BYTES_MAX = 1_024;
const TEXT_BYTES_MAX = 64;

/** The records of a snapshot, in the order they stand in the file. */
export type SnapshotRecord =
  | {
      readonly kind: "begin";
      readonly chainId: number;
      readonly genesisHash: Hash;
      readonly height: number;
      readonly hash: Hash;
    }
  /** The certificate of a block after which another set seals, and that set (V5). Ascending. */
  | { readonly kind: "set-change"; readonly certificate: Certificate; readonly next: ValidatorSet }
  /** RLP of a header; the last 256 up to the head, ascending. */
  | { readonly kind: "header"; readonly bytes: Uint8Array }
  /** The head block, whole, with its certificate. */
  | { readonly kind: "head"; readonly block: Uint8Array; readonly certificate: Certificate }
  /** Trie nodes and code in the order of `StateWalk`. */
  | { readonly kind: "state"; readonly items: readonly Uint8Array[] }
  /** SHA-256 of all bytes before this record. */
  | { readonly kind: "end"; readonly checksum: Uint8Array };

const TYPE = { begin: 1, "set-change": 2, header: 3, head: 4, state: 5, end: 6 } as const;

/** RLP [type, ...fields]. */
export function encodeRecord(record: SnapshotRecord): Uint8Array {
  return RLP.encode([TYPE[record.kind], ...fieldsOf(record)]);
}

function fieldsOf(record: SnapshotRecord): Input[] {
  switch (record.kind) {
    case "begin":
      return [
        ...[MAGIC, SNAPSHOT_VERSION, record.chainId],
        ...[fromHex(record.genesisHash), record.height, fromHex(record.hash)],
      ];
    case "set-change":
      return [certificateFields(record.certificate), record.next.map(fromHex)];
    case "header":
      return [record.bytes];
    case "head":
      return [record.block, certificateFields(record.certificate)];
    case "state":
      return [[...record.items]];
    case "end":
      return [record.checksum];
  }
}

/** @throws {SnapshotError} "SnapshotFormat". */
export function decodeRecord(bytes: Uint8Array): SnapshotRecord {
  try {
    const [type, ...fields] = readRlpList(readRlp(bytes, "record"), "record", 8);
    return readFields(readInteger(type, "record.type"), fields);
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message.replace(/^wire: /, "") : String(cause);
    throw snapshotError("SnapshotFormat", problem, cause);
  }
}

function readFields(type: number, fields: readonly RlpItem[]): SnapshotRecord {
  const tuple = (count: number) => {
    if (fields.length === count) return fields as [RlpItem, RlpItem, ...RlpItem[]];
    throw new Error(`a record of type ${type} has ${count} fields, got ${fields.length}`);
  };
  switch (type) {
    case TYPE.begin:
      return readBegin(tuple(6));
    case TYPE["set-change"]: {
      const [certificate, next] = tuple(2);
      const set = readRlpList(next, "set", MAX_VALIDATORS);
      return {
        kind: "set-change",
        certificate: readCertificate(certificate, "certificate"),
        next: set.map((item) => readFixed(item, "set", 20)),
      };
    }
    case TYPE.header:
      return { kind: "header", bytes: readBytes(tuple(1)[0], "header", HEADER_BYTES_MAX) };
    case TYPE.head: {
      const [block, certificate] = tuple(2);
      return {
        kind: "head",
        block: readBytes(block, "head.block", RECORD_BYTES_MAX),
        certificate: readCertificate(certificate, "head.certificate"),
      };
    }
    case TYPE.state: {
      const items = readRlpList(tuple(1)[0], "state", STATE_ITEMS_MAX);
      return { kind: "state", items: items.map((item) => readBytes(item, "state", RECORD_BYTES_MAX)) };
    }
    case TYPE.end:
      return { kind: "end", checksum: fromHex(readFixed(tuple(1)[0], "end.checksum", 32)) };
    default:
      throw new Error(`record type ${type} is unknown`);
  }
}

function readBegin(fields: readonly RlpItem[]): SnapshotRecord {
  const magic = Buffer.from(readBytes(fields[0], "begin.magic", TEXT_BYTES_MAX)).toString("utf8");
  if (magic !== MAGIC) throw new Error("the file is no snapshot");
  const version = readInteger(fields[1], "begin.version");
  if (version !== SNAPSHOT_VERSION)
    throw new Error(`version ${version} is unknown, this node reads ${SNAPSHOT_VERSION}`);
  return {
    kind: "begin",
    chainId: readInteger(fields[2], "begin.chainId"),
    genesisHash: readFixed(fields[3], "begin.genesisHash", 32),
    height: readInteger(fields[4], "begin.height"),
    hash: readFixed(fields[5], "begin.hash", 32),
  };
}
