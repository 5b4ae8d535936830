import type { Queries } from "./Database.js";

/** Read one durable setting of the index, or null. */
export async function readMeta(queries: Queries, key: string): Promise<string | null> {
  const [row] = await queries.query<{ value: string }>("SELECT value FROM meta WHERE key = $1", [key]);
  return row?.value ?? null;
}

export async function writeMeta(queries: Queries, key: string, value: string): Promise<void> {
  await queries.query(
    "INSERT INTO meta VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    [key, value],
  );
}
