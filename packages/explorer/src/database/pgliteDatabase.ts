import { mkdir } from "node:fs/promises";
import { PGlite, types } from "@electric-sql/pglite";
import type { Logger } from "pino";
import type { Database, Queries, Row, SqlValue } from "./Database.js";
import { lockDirectory } from "./lockDirectory.js";

/**
 * PostgreSQL compiled to WebAssembly, in this process, in `dataDir`.
 * @throws {DirectoryLockedError} when another live process holds the directory.
 */
export async function openPglite(dataDir: string, log: Logger): Promise<Database> {
  await mkdir(dataDir, { recursive: true });
  const unlock = await lockDirectory(dataDir);
  try {
    log.info({ dataDir }, "opening the embedded database; the first boot takes a few seconds");
    const startedAtMs = performance.now();
    const pglite = await PGlite.create(`${dataDir}/pglite`, { parsers: { [types.INT8]: Number } });
    log.info({ ms: Math.round(performance.now() - startedAtMs) }, "embedded database is open");
    return wrap(pglite, unlock);
  } catch (error) {
    await unlock();
    throw error;
  }
}

function wrap(pglite: PGlite, unlock: () => Promise<void>): Database {
  const over = (target: Pick<PGlite, "query">): Queries => ({
    async query<R extends Row>(sql: string, parameters: readonly SqlValue[] = []) {
      return (await target.query<R>(sql, [...parameters])).rows;
    },
  });
  return {
    ...over(pglite),
    transaction: (work) => pglite.transaction((tx) => work(over(tx as unknown as PGlite))),
    // One connection runs one transaction at a time, so any transaction is a consistent snapshot.
    snapshot: (work) => pglite.transaction((tx) => work(over(tx as unknown as PGlite))),
    async close() {
      await pglite.close();
      await unlock();
    },
  };
}
