import type { Genesis } from "@causeway/protocol/genesis";
import type { Hash } from "@causeway/protocol/hex";
import { overrideAt, overrides } from "@causeway/protocol/validatorOverride";
import { validatorSetHash } from "@causeway/protocol/validatorSet";
import { RLP } from "@ethereumjs/rlp";
import { chainError } from "../chainError.js";
import { headerItems } from "../codec/header.js";
import { validatorsAt } from "../execution/validatorsAt.js";
import type { ChainStore } from "../store/chainStore.js";
import type { Database } from "../store/database.js";
import { keys } from "../store/keys.js";
import { nodeKey } from "./nodeKey.js";
import { writeRecords } from "./recordStream.js";
import { HEADERS_MAX, type SnapshotRecord, STATE_BYTES_PER_RECORD } from "./snapshotRecord.js";
import { StateWalk } from "./stateWalk.js";

/** How far a snapshot has come, for people who wait. */
export type OnProgress = (progress: { readonly items: number; readonly bytes: number }) => void;

export interface SnapshotSource {
  readonly genesis: Genesis;
  readonly genesisHash: Hash;
  readonly store: ChainStore;
  readonly database: Database;
  /** Called after each record of state. */
  readonly onProgress: OnProgress;
}

/** The bytes of a snapshot of the head (N4). @throws ChainError "DatabaseUnusable" where the directory lacks a part. */
export function exportSnapshot(source: SnapshotSource): AsyncGenerator<Uint8Array> {
  return writeRecords(records(source));
}

async function* records(source: SnapshotSource): AsyncGenerator<SnapshotRecord> {
  const { genesis, genesisHash, store } = source;
  const { chainId } = genesis.config;
  const height = store.headNumber;
  const head = await store.header(height);
  const block = await store.rawBlock(height);
  const certificate = store.certificate(height);
  if (head === null || block === null) throw missing("head block");
  if (certificate === null)
    throw chainError("NoBlocks", "the chain has no block yet: nothing to make a snapshot of");
  yield { kind: "begin", chainId, genesisHash, height, hash: head.hash };
  yield* setChanges(source, height);
  for (let number = Math.max(0, height - HEADERS_MAX + 1); number <= height; number++) {
    const header = await store.header(number);
    if (header === null) throw missing(`header ${number}`);
    yield { kind: "header", bytes: RLP.encode(headerItems(header)) };
  }
  yield { kind: "head", block, certificate };
  yield* state(source, head.stateRoot);
}

/** V5: where the set changed, which is at the end of an epoch or below an override. */
function* setChanges({ genesis, store }: SnapshotSource, head: number): Generator<SnapshotRecord> {
  const { causeway: spec } = genesis.config;
  const ends = new Set(overrides(spec).map(({ height }) => height - 1));
  for (let height = spec.epochLength; height <= head; height += spec.epochLength) ends.add(height);
  for (const height of [...ends].filter((end) => end >= 1 && end <= head).sort((a, b) => a - b)) {
    const [now, next] = [validatorsAt(height, store, spec), validatorsAt(height + 1, store, spec)];
    if (now === null || next === null) throw missing(`validators of height ${height}`);
    if (validatorSetHash(now) === validatorSetHash(next) && overrideAt(spec, height + 1) === null) continue;
    const certificate = store.certificate(height);
    if (certificate === null) throw missing(`certificate of block ${height}, after which the set changed`);
    yield { kind: "set-change", certificate, next };
  }
}

function* state({ database, onProgress }: SnapshotSource, root: Hash): Generator<SnapshotRecord> {
  const walk = new StateWalk(root);
  let items: Uint8Array[] = [];
  let bytes = 0;
  const total = { items: 0, bytes: 0 };
  for (let item = walk.next(); item !== null; item = walk.next()) {
    const value = database.get(keys.node(nodeKey(item)));
    if (value === undefined) throw missing(`${item.kind} node ${item.hash} of the state`);
    walk.visit(value);
    items.push(value);
    bytes += value.length;
    if (bytes < STATE_BYTES_PER_RECORD && walk.next() !== null) continue;
    yield { kind: "state", items };
    total.items += items.length;
    total.bytes += bytes;
    onProgress(total);
    items = [];
    bytes = 0;
  }
}

function missing(part: string) {
  return chainError("DatabaseUnusable", `data directory lacks the ${part}: no snapshot can be made of it`);
}
