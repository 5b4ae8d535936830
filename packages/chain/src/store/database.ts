import { mkdir } from "node:fs/promises";
import { ClassicLevel } from "classic-level";
import { chainError } from "../chainError.js";
import { databaseLocation, requireCurrentFile } from "./databaseLocation.js";
import { databaseOver } from "./databaseOver.js";

/** One write of an atomic batch. */
export interface Put {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** The chain's key-value store. Everything is written by batches that are durable when they return (W4). */
export interface Database {
  get(key: Uint8Array): Uint8Array | undefined;
  write(puts: readonly Put[], deletes?: readonly Uint8Array[]): Promise<void>;
  close(): Promise<void>;
}

/** Keys from one on, up to another. */
export interface KeyRange {
  readonly from: Uint8Array;
  readonly before: Uint8Array;
}

/** A store as whoever tidies it up needs it. */
export interface MaintainedDatabase extends Database {
  /** In order, some at a time; what is written meanwhile does not show. */
  keys(range: KeyRange): AsyncIterable<readonly Uint8Array[]>;
  /** Give the space of what was deleted back to the disk. */
  compact(range: KeyRange): Promise<void>;
}

/** Keys handed over at once. */
const KEYS_PER_READ = 10_000;

/** @throws ChainError "DatabaseLocked" when another process holds it, "DatabaseUnusable" otherwise. */
export function openDatabase(dataDir: string): Promise<Database> {
  return openDatabaseAt(databaseLocation(dataDir));
}

/**
 * Like {@link openDatabase}, for writing much at once: batches are as atomic and in order as ever, so that a crash leaves
 * the chain at one of them, but only {@link Database.close} makes them durable.
 */
export async function openForImport(dataDir: string): Promise<Database> {
  const location = databaseLocation(dataDir);
  await makeDirectory(location);
  return open(location, true, false);
}

/** Like {@link openDatabase}. */
export function openForMaintenance(dataDir: string): Promise<MaintainedDatabase> {
  return open(databaseLocation(dataDir), false);
}

/**
 * Open the database that another thread of this process has open, to read along. Only that thread writes. Reads are
 * synchronous, so that this thread may be ended at any instant.
 * @throws ChainError "DatabaseUnusable".
 */
export async function openSharedDatabase(dataDir: string): Promise<Database> {
  const database = await open(databaseLocation(dataDir), false);
  return {
    ...database,
    write: async () => {
      throw chainError(
        "DatabaseUnusable",
        "this thread only reads the database; the voting thread writes it",
      );
    },
  };
}

/** Like {@link openDatabase}, of a database that is not in its place yet. */
export async function openDatabaseAt(location: string): Promise<Database> {
  await makeDirectory(location);
  return open(location, true);
}

async function makeDirectory(location: string): Promise<void> {
  await mkdir(location, { recursive: true }).catch((error: unknown) => {
    throw openError(location, error);
  });
  requireCurrentFile(location);
}

/** @param sync whether a batch is durable when it returns, and not only when the database is closed. */
async function open(location: string, createIfMissing: boolean, sync = true): Promise<MaintainedDatabase> {
  const level = new ClassicLevel<Uint8Array, Uint8Array>(location, {
    keyEncoding: "view",
    valueEncoding: "view",
    multithreading: true,
    createIfMissing,
  });
  try {
    await level.open();
  } catch (error) {
    throw openError(location, error);
  }
  const database = databaseOver(
    {
      get: (key) => level.getSync(key),
      batch: (operations, options) => level.batch([...operations], options),
      close: () => level.close(),
    },
    sync,
  );
  return {
    ...database,
    async *keys({ from, before }) {
      const iterator = level.keys({ gte: from, lt: before });
      try {
        for (let found = await iterator.nextv(KEYS_PER_READ); found.length > 0; ) {
          yield found;
          found = await iterator.nextv(KEYS_PER_READ);
        }
      } finally {
        await iterator.close();
      }
    },
    compact: ({ from, before }) => level.compactRange(from, before),
  };
}

function openError(location: string, error: unknown): Error {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = typeof cause === "object" && cause !== null && "code" in cause ? cause.code : undefined;
  if (code === "LEVEL_LOCKED") {
    return chainError(
      "DatabaseLocked",
      `data directory ${location} is in use by another process: stop it or give another --datadir`,
      error,
    );
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  return chainError("DatabaseUnusable", `data directory ${location} cannot be opened: ${reason}`, error);
}
