import type { Logger } from "pino";
import type { Database } from "./Database.js";
import { openPglite } from "./pgliteDatabase.js";
import { openPostgres } from "./postgresDatabase.js";
import { prepareSchema } from "./schema.js";

/** Where the index lives: a directory of our own (PGlite) or a PostgreSQL server. */
export type DatabaseLocation = { readonly dataDir: string } | { readonly databaseUrl: string };

/** Open the store and create its tables. */
export async function openDatabase(location: DatabaseLocation, log: Logger): Promise<Database> {
  const database =
    "databaseUrl" in location
      ? await openPostgres(location.databaseUrl)
      : await openPglite(location.dataDir, log);
  try {
    await prepareSchema(database);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}
