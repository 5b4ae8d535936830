import type { Address, Hash } from "@causeway/protocol/hex";
import type { Queries } from "./database/Database.js";
import type { Direction, TransferState } from "./feed/feedProtocol.js";
import type { TransactionPosition } from "./rest/parameters.js";

/** Reads of the index, newest first. Each value is the JSON text that the feed sent. */
type PayloadRow = { payload: string };

export async function latestBlocks(queries: Queries, before: number, limit: number): Promise<string[]> {
  const rows = await queries.query<PayloadRow>(
    "SELECT payload FROM blocks WHERE number < $1 ORDER BY number DESC LIMIT $2",
    [before, limit],
  );
  return rows.map((row) => row.payload);
}

export async function findBlock(queries: Queries, id: number | Hash): Promise<string | null> {
  const column = typeof id === "number" ? "number" : "hash";
  const [row] = await queries.query<PayloadRow>(`SELECT payload FROM blocks WHERE ${column} = $1`, [id]);
  return row?.payload ?? null;
}

export interface TransactionFilter {
  readonly block?: number;
  readonly address?: Address;
  readonly before: TransactionPosition | null;
  readonly limit: number;
}

export async function latestTransactions(queries: Queries, filter: TransactionFilter): Promise<string[]> {
  const { before, limit, block, address } = filter;
  const parameters: (string | number)[] = [
    before?.block ?? Number.MAX_SAFE_INTEGER,
    before?.index ?? 0,
    limit,
  ];
  const source = address === undefined ? "transactions p" : "address_transactions p";
  const where = ["(p.block_number, p.tx_index) < ($1::bigint, $2::integer)"];
  if (block !== undefined) where.push(`p.block_number = $${parameters.push(block)}`);
  if (address !== undefined) where.push(`p.address = $${parameters.push(address)}`);
  const rows = await queries.query<{ summary: string }>(
    `SELECT t.summary FROM ${source} JOIN transactions t ON t.block_number = p.block_number AND t.tx_index = p.tx_index
      WHERE ${where.join(" AND ")} ORDER BY p.block_number DESC, p.tx_index DESC LIMIT $3`,
    parameters,
  );
  return rows.map((row) => row.summary);
}

/** The whole transaction: JSON-RPC transaction and receipt. */
export async function findTransaction(
  queries: Queries,
  hash: Hash,
): Promise<{ summary: string; tx: string; receipt: string } | null> {
  const [row] = await queries.query<{ summary: string; tx: string; receipt: string }>(
    "SELECT summary, tx, receipt FROM transactions WHERE hash = $1",
    [hash],
  );
  return row ?? null;
}

/** Counts up to `max`, so that a busy address costs no full scan. */
export async function countAddressTransactions(
  queries: Queries,
  address: Address,
  max: number,
): Promise<number> {
  const [row] = await queries.query<{ count: number }>(
    "SELECT count(*)::integer AS count FROM (SELECT 1 FROM address_transactions WHERE address = $1 LIMIT $2) AS c",
    [address, max],
  );
  return row?.count ?? 0;
}

export interface TransferFilter {
  readonly direction: Direction | null;
  readonly state: TransferState | null;
  readonly address: Address | null;
  readonly offset: number;
  readonly limit: number;
}

export async function latestTransfers(queries: Queries, filter: TransferFilter): Promise<string[]> {
  const parameters: (string | number)[] = [filter.limit, filter.offset];
  const where = ["known"];
  if (filter.direction !== null) where.push(`direction = $${parameters.push(filter.direction)}`);
  if (filter.state !== null) where.push(`state = $${parameters.push(filter.state)}`);
  if (filter.address !== null) {
    const n = parameters.push(filter.address);
    where.push(`(sender = $${n} OR recipient = $${n})`);
  }
  const rows = await queries.query<PayloadRow>(
    `SELECT payload FROM transfers WHERE ${where.join(" AND ")}
      ORDER BY source_time DESC, direction, nonce DESC LIMIT $1 OFFSET $2`,
    parameters,
  );
  return rows.map((row) => row.payload);
}

export async function findTransfer(
  queries: Queries,
  direction: Direction,
  nonce: number,
): Promise<string | null> {
  const [row] = await queries.query<PayloadRow>(
    "SELECT payload FROM transfers WHERE known AND direction = $1 AND nonce = $2",
    [direction, nonce],
  );
  return row?.payload ?? null;
}
