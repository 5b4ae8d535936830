import { CausewayError } from "@causeway/protocol/errors";
import pg from "pg";
import type { Database, Queries, Row, SqlValue } from "./Database.js";

export type DatabaseBusyError = CausewayError<{ code: "DatabaseBusy" }>;

const CONNECTIONS_MAX = 4;
/** Session advisory lock: one writer per database, since journal numbers are handed out in memory. */
const WRITER_LOCK = 7331_1001;

/**
 * A PostgreSQL server by `postgres://` URL.
 * @throws {DatabaseBusyError} when another explorer writes to that database.
 */
export async function openPostgres(url: string): Promise<Database> {
  const types = new pg.TypeOverrides();
  types.setTypeParser(pg.types.builtins.INT8, Number);
  const pool = new pg.Pool({ connectionString: url, max: CONNECTIONS_MAX, types });
  // A broken idle connection is replaced by the pool; the next query reports a server that is gone.
  pool.on("error", () => undefined);
  try {
    const lock = await claimWriter(pool);
    return wrap(pool, lock);
  } catch (error) {
    await pool.end();
    throw error;
  }
}

async function claimWriter(pool: pg.Pool): Promise<pg.PoolClient> {
  const client = await pool.connect();
  const { rows } = await client.query<{ held: boolean }>("SELECT pg_try_advisory_lock($1) AS held", [
    WRITER_LOCK,
  ]);
  if (rows[0]?.held === true) return client;
  client.release();
  throw new CausewayError(
    { code: "DatabaseBusy" },
    "explorer: another explorer already writes to this PostgreSQL database; stop it or use another database",
  );
}

function wrap(pool: pg.Pool, lock: pg.PoolClient): Database {
  const over = (target: pg.Pool | pg.PoolClient): Queries => ({
    async query<R extends Row>(sql: string, parameters: readonly SqlValue[] = []) {
      return (await target.query<R>(sql, [...parameters])).rows;
    },
  });
  const within = async <T>(begin: string, work: (queries: Queries) => Promise<T>): Promise<T> => {
    const client = await pool.connect();
    try {
      await client.query(begin);
      const result = await work(over(client));
      await client.query("COMMIT");
      return result;
    } catch (error) {
      await client.query("ROLLBACK").catch(() => undefined);
      throw error;
    } finally {
      client.release();
    }
  };
  return {
    ...over(pool),
    transaction: (work) => within("BEGIN", work),
    snapshot: (work) => within("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", work),
    async close() {
      lock.release();
      await pool.end();
    },
  };
}
