import { CausewayError } from "@causeway/protocol/errors";
import type { Database } from "./Database.js";

export type SchemaVersionError = CausewayError<{ code: "SchemaVersion"; have: string; need: string }>;

const SCHEMA_VERSION = "1";

/** `payload`, `summary`, `tx`, `receipt` are JSON texts, served byte for byte: a replayed event equals the live one. */
const STATEMENTS = [
  `CREATE TABLE IF NOT EXISTS meta (key text PRIMARY KEY, value text NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS blocks (
     number bigint PRIMARY KEY, hash text NOT NULL UNIQUE, timestamp bigint NOT NULL, miner text NOT NULL,
     tx_count integer NOT NULL, tx_total bigint NOT NULL,
     set_hash text, next_set_hash text, round integer, signers text, payload text NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS validator_sets (set_hash text PRIMARY KEY, validators text NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS transactions (
     hash text PRIMARY KEY, block_number bigint NOT NULL, tx_index integer NOT NULL,
     summary text NOT NULL, tx text NOT NULL, receipt text NOT NULL)`,
  `CREATE UNIQUE INDEX IF NOT EXISTS transactions_position ON transactions (block_number, tx_index)`,
  `CREATE TABLE IF NOT EXISTS address_transactions (
     address text NOT NULL, block_number bigint NOT NULL, tx_index integer NOT NULL,
     PRIMARY KEY (address, block_number, tx_index))`,
  `CREATE TABLE IF NOT EXISTS transfers (
     direction text NOT NULL, nonce bigint NOT NULL, settled boolean NOT NULL, known boolean NOT NULL,
     state text, sender text, recipient text, source_time bigint, evidence text NOT NULL, payload text,
     PRIMARY KEY (direction, nonce))`,
  `CREATE INDEX IF NOT EXISTS transfers_open ON transfers (direction, nonce) WHERE NOT settled`,
  `CREATE INDEX IF NOT EXISTS transfers_time ON transfers (source_time) WHERE known`,
  `CREATE INDEX IF NOT EXISTS transfers_sender ON transfers (sender)`,
  `CREATE INDEX IF NOT EXISTS transfers_recipient ON transfers (recipient)`,
  `CREATE TABLE IF NOT EXISTS proofs (
     direction text NOT NULL, count bigint NOT NULL, step text NOT NULL, final boolean NOT NULL,
     PRIMARY KEY (direction, count))`,
  `CREATE TABLE IF NOT EXISTS tokens (
     chain_id text NOT NULL, address text NOT NULL, symbol text NOT NULL, decimals integer NOT NULL,
     PRIMARY KEY (chain_id, address))`,
  `CREATE TABLE IF NOT EXISTS journal (
     seq bigint PRIMARY KEY, topic text NOT NULL, type text NOT NULL,
     block_number bigint, block_hash text, keys text NOT NULL, payload text NOT NULL)`,
  `CREATE INDEX IF NOT EXISTS journal_block ON journal (block_number)`,
];

/**
 * Create what is missing.
 * @throws {SchemaVersionError} when the tables were made by another version.
 */
export async function prepareSchema(database: Database): Promise<void> {
  await database.transaction(async (queries) => {
    for (const statement of STATEMENTS) await queries.query(statement);
    await queries.query("INSERT INTO meta VALUES ('schema', $1) ON CONFLICT DO NOTHING", [SCHEMA_VERSION]);
    const [row] = await queries.query<{ value: string }>("SELECT value FROM meta WHERE key = 'schema'");
    if (row?.value === SCHEMA_VERSION) return;
    throw new CausewayError(
      { code: "SchemaVersion", have: row?.value ?? "none", need: SCHEMA_VERSION },
      `explorer: the database has schema version ${row?.value}, this program needs ${SCHEMA_VERSION}; it can be rebuilt from the chain: use an empty data directory`,
    );
  });
}
