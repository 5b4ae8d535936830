import { decodeBlock } from "@causeway/protocol/block";
import { type Certificate, verifyCertificate } from "@causeway/protocol/certificate";
import { type Genesis, genesisValidators } from "@causeway/protocol/genesis";
import type { Hash } from "@causeway/protocol/hex";
import { recoverWithEthers } from "@causeway/protocol/signature";
import { overrideAt } from "@causeway/protocol/validatorOverride";
import { type ValidatorSet, validatorSetHash } from "@causeway/protocol/validatorSet";
import { encodeCertificate } from "@causeway/protocol/wire/certificateCodec";
import { RLP } from "@ethereumjs/rlp";
import { decodeBlockParts } from "../codec/block.js";
import { decodeHeader } from "../codec/header.js";
import { toHex } from "../codec/hex.js";
import { listRoot } from "../codec/listRoot.js";
import { keccak256 } from "../crypto/nativeCrypto.js";
import type { GenesisBlock } from "../genesis/genesisBlock.js";
import type { Database, Put } from "../store/database.js";
import { keys } from "../store/keys.js";
import type { Header } from "../types/header.js";
import type { OnProgress } from "./exportSnapshot.js";
import { nodeKey } from "./nodeKey.js";
import { readRecords } from "./recordStream.js";
import { type RestoredChain, restoredChainPuts } from "./restoredChainPuts.js";
import { SetChain } from "./setChain.js";
import { snapshotError } from "./snapshotError.js";
import { HEADERS_MAX, type SnapshotRecord } from "./snapshotRecord.js";
import { StateWalk } from "./stateWalk.js";

/** Bytes of state written at once. */
const BATCH_BYTES = 1024 * 1024;

/** A block the operator knows to be of the chain, from people or nodes he trusts (N4). */
export interface TrustedBlock {
  readonly height: number;
  readonly hash: Hash;
}

export interface RestoreOptions {
  readonly genesis: Genesis;
  readonly genesisBlock: GenesisBlock;
  readonly trust: TrustedBlock;
  /** The file, in pieces of any size. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Empty; holds a chain that can be opened only when this returns. */
  readonly database: Database;
  /** Called after each record of state. */
  readonly onProgress: OnProgress;
}

type Records = AsyncIterator<Exclude<SnapshotRecord, { kind: "end" }>>;

/**
 * Check every part of a snapshot and write it (N4): the sets from S(1), the headers and their seals, the head, the
 * trusted block, and all state below the head's root.
 * @returns the head.
 * @throws {SnapshotError}
 */
export async function restoreSnapshot(options: RestoreOptions): Promise<{ height: number; hash: Hash }> {
  const { genesis, genesisBlock, database, trust } = options;
  const records = readRecords(options.chunks);
  try {
    const { height, hash } = await readBegin(records, options);
    const domain = { chainId: genesis.config.chainId, genesisHash: genesisBlock.hash };
    const sets = new SetChain({ domain, spec: genesis.config.causeway }, firstSet(genesis));
    const changes = new Map<number, Certificate>();
    let record = await nextRecord(records);
    for (; record?.kind === "set-change"; record = await nextRecord(records)) {
      sets.add(record.certificate, record.next);
      changes.set(record.certificate.checkpoint.height, record.certificate);
    }
    sets.requireOverrides(height + 1);
    const headers: Header[] = [];
    for (; record?.kind === "header"; record = await nextRecord(records)) {
      headers.push(readHeader(record.bytes, headers.at(-1), sets, genesisBlock));
      if (headers.length > HEADERS_MAX)
        throw snapshotError("SnapshotHeader", `more than ${HEADERS_MAX} headers`);
    }
    const head = checkHeaders(headers, height, hash);
    checkTrust(trust, headers, changes);
    if (record?.kind !== "head") throw misplaced(record, "head block");
    const { block, certificate } = record;
    checkHead(head, block, certificate);
    const fault = verifyCertificate(certificate, sets.at(height), domain, recoverWithEthers);
    if (fault !== null)
      throw snapshotError("SnapshotHead", `the head's certificate does not hold: ${fault.code}`);
    sets.requireNext(certificate);
    await restoreState(records, head.stateRoot, options);
    await write(database, { genesis, genesisBlock, headers, block, certificate, changes, sets });
    return { height, hash };
  } finally {
    await records.return(undefined);
  }
}

async function readBegin(records: Records, { genesis, genesisBlock }: RestoreOptions) {
  const record = await nextRecord(records);
  if (record?.kind !== "begin") throw misplaced(record, "first record");
  const { chainId } = genesis.config;
  if (record.genesisHash !== genesisBlock.hash || record.chainId !== chainId) {
    throw snapshotError(
      "SnapshotWrongChain",
      `it is of chain ${record.chainId} with genesis ${record.genesisHash}, but the genesis file is of chain ${chainId} and hashes to ${genesisBlock.hash}`,
    );
  }
  if (record.height < 1) throw snapshotError("SnapshotFormat", "it is of a chain without blocks");
  return record;
}

/** S(1). */
function firstSet(genesis: Genesis): ValidatorSet {
  return overrideAt(genesis.config.causeway, 1)?.validators ?? genesisValidators(genesis);
}

function readHeader(
  bytes: Uint8Array,
  parent: Header | undefined,
  sets: SetChain,
  genesisBlock: GenesisBlock,
): Header {
  const header = decode(bytes);
  const { number, hash } = header;
  if (parent !== undefined && (number !== parent.number + 1 || header.parentHash !== parent.hash)) {
    throw snapshotError(
      "SnapshotHeader",
      `header ${number} ${hash} is no child of ${parent.number} ${parent.hash}`,
    );
  }
  const isSealed =
    number === 0 ? hash === genesisBlock.hash : header.extraData === validatorSetHash(sets.at(number));
  if (!isSealed) {
    throw snapshotError("SnapshotHeader", `header ${number} ${hash} is not of the set that seals its height`);
  }
  return header;
}

function decode(bytes: Uint8Array): Header {
  try {
    return decodeHeader(RLP.decode(bytes) as unknown as unknown[]);
  } catch (cause) {
    throw snapshotError("SnapshotHeader", `a header does not decode: ${String(cause)}`, cause);
  }
}

/** @returns the last of them. */
function checkHeaders(headers: readonly Header[], height: number, hash: Hash): Header {
  const [first, last] = [headers.at(0), headers.at(-1)];
  const from = Math.max(0, height - HEADERS_MAX + 1);
  if (first?.number !== from || last?.number !== height || last.hash !== hash) {
    throw snapshotError(
      "SnapshotHeader",
      `its headers run from ${first?.number} to ${last?.number} ${last?.hash}, must from ${from} to ${height} ${hash}`,
    );
  }
  return last;
}

/** Long after its time a set's keys may be in anybody's hands: only a block known otherwise tells the chain from a forgery. */
function checkTrust(
  { height, hash }: TrustedBlock,
  headers: readonly Header[],
  changes: ReadonlyMap<number, Certificate>,
): void {
  const found =
    headers.find(({ number }) => number === height)?.hash ?? changes.get(height)?.checkpoint.blockHash;
  if (found === hash) return;
  if (found !== undefined) {
    throw snapshotError("SnapshotTrust", `its block ${height} is ${found}, not the ${hash} to be trusted`);
  }
  const places = [...changes.keys()].join(", ") || "none";
  throw snapshotError(
    "SnapshotTrust",
    `block ${height} cannot be checked: trust one of blocks ${headers[0]?.number} to ${headers.at(-1)?.number}, or one after which the validators changed (${places})`,
  );
}

function checkHead(head: Header, bytes: Uint8Array, { checkpoint }: Certificate): void {
  const fields: readonly (readonly [string, string | number, string | number])[] = [
    ["height", checkpoint.height, head.number],
    ["blockHash", checkpoint.blockHash, head.hash],
    ["stateRoot", checkpoint.stateRoot, head.stateRoot],
    ["timestamp", checkpoint.timestamp, head.timestamp],
    ["validatorSetHash", checkpoint.validatorSetHash, head.extraData],
  ];
  const wrong = fields.find(([, have, want]) => have !== want);
  if (wrong !== undefined)
    throw snapshotError("SnapshotHead", `the certificate's ${wrong[0]} is not the head's`);
  let fault: string | null;
  try {
    const { header, rawTransactions, ommers, withdrawals } = decodeBlockParts(decodeBlock(bytes).bytes);
    const isWhole = listRoot(rawTransactions) === head.transactionsRoot && ommers + withdrawals.length === 0;
    fault = header.hash === head.hash && isWhole ? null : "header and body are not the head's";
  } catch (cause) {
    fault = String(cause);
  }
  if (fault !== null) throw snapshotError("SnapshotHead", `the head block does not hold: ${fault}`);
}

async function restoreState(records: Records, root: Hash, options: RestoreOptions): Promise<void> {
  const { database, onProgress } = options;
  const walk = new StateWalk(root);
  const total = { items: 0, bytes: 0 };
  let puts: Put[] = [];
  let waitingBytes = 0;
  for (let record = await nextRecord(records); record !== null; record = await nextRecord(records)) {
    if (record.kind !== "state") throw misplaced(record, "state");
    for (const bytes of record.items) {
      puts.push(checkItem(walk, bytes));
      waitingBytes += bytes.length;
      total.items++;
      total.bytes += bytes.length;
    }
    if (waitingBytes >= BATCH_BYTES) {
      await database.write(puts);
      puts = [];
      waitingBytes = 0;
    }
    onProgress(total);
  }
  const missing = walk.next();
  if (missing !== null)
    throw snapshotError("SnapshotState", `${missing.kind} item ${missing.hash} is missing`);
  await database.write(puts);
}

function checkItem(walk: StateWalk, bytes: Uint8Array): Put {
  const item = walk.next();
  if (item === null) throw snapshotError("SnapshotState", "it holds more than the state");
  const hash = toHex(keccak256(bytes));
  if (hash !== item.hash) {
    const code = item.kind === "code" ? "SnapshotCode" : "SnapshotState";
    throw snapshotError(
      code,
      `where ${item.kind} item ${item.hash} belongs stands one that hashes to ${hash}`,
    );
  }
  walk.visit(bytes);
  return { key: keys.node(nodeKey(item)), value: bytes };
}

/** The last batch is what makes it a chain. */
async function write(database: Database, chain: RestoredChain): Promise<void> {
  const certificates = [...chain.changes].map(([height, certificate]) => ({
    key: keys.certificate(height),
    value: encodeCertificate(certificate),
  }));
  await database.write(certificates);
  for (const puts of restoredChainPuts(chain)) await database.write(puts);
}

async function nextRecord(records: Records) {
  const next = await records.next();
  return next.done === true ? null : next.value;
}

function misplaced(record: SnapshotRecord | null, wanted: string) {
  return snapshotError(
    "SnapshotFormat",
    `the ${wanted} is missing: ${record?.kind ?? "the end"} stands in its place`,
  );
}
