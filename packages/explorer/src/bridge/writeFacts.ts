import { insertRows, type Queries, type Row } from "../database/Database.js";
import type { BlockRef, Direction, TransferStep } from "../feed/feedProtocol.js";
import type { NewEvent } from "../feed/journal.js";
import type { BridgeFact } from "./bridgeFact.js";
import {
  isSettled,
  newRecord,
  type TokenMetadata,
  type TransferRecord,
  transferPayload,
  transferState,
  withFact,
  withoutProvisional,
  withProof,
} from "./transferRecord.js";

export interface WriteFactsOptions {
  readonly facts: readonly BridgeFact[];
  /** Sidechain block they come from; null for L1. */
  readonly block: BlockRef | null;
  /** Whether `facts` hold everything L1 says beyond its finalized block, so that what they leave out is gone. */
  readonly replaceProvisional: boolean;
}

/** Fold facts into the transfers they are about, store what changed and say so in the journal. */
export async function writeFacts(
  queries: Queries,
  emit: (event: NewEvent) => void,
  { facts, block, replaceProvisional }: WriteFactsOptions,
): Promise<void> {
  if (facts.length === 0 && !(replaceProvisional && (await hasProvisional(queries)))) return;
  await writeTokens(queries, facts);
  await writeProofs(queries, facts, replaceProvisional);
  const before = await loadRecords(queries, facts);
  const after = new Map(before);
  if (replaceProvisional) for (const [key, record] of after) after.set(key, withoutProvisional(record));
  for (const fact of facts) {
    if (fact.kind === "proved") continue;
    const key = keyOf(fact);
    after.set(key, withFact(after.get(key) ?? newRecord(fact.direction, fact.nonce), fact));
  }
  const proofs = await loadProofs(queries, after.values());
  for (const [key, record] of after) after.set(key, withFirstProof(record, proofs));
  await store(queries, emit, before, after, block);
}

function keyOf({ direction, nonce }: { direction: Direction; nonce: number }): string {
  return `${direction} ${nonce}`;
}

type RecordRow = { direction: string; nonce: number; evidence: string };

/** Transfers under way, and those the facts name. */
async function loadRecords(
  queries: Queries,
  facts: readonly BridgeFact[],
): Promise<Map<string, TransferRecord>> {
  const named = facts.flatMap((fact) =>
    fact.kind === "proved" ? [] : [{ direction: fact.direction, nonce: fact.nonce }],
  );
  const rows = await queries.query<RecordRow>(
    `SELECT direction, nonce, evidence FROM transfers WHERE NOT settled
     UNION
     SELECT t.direction, t.nonce, t.evidence FROM transfers t
       JOIN json_to_recordset($1::json) AS n(direction text, nonce bigint) USING (direction, nonce)`,
    [JSON.stringify(named)],
  );
  return new Map(
    rows.map((row) => {
      const record = JSON.parse(row.evidence) as TransferRecord;
      return [keyOf(record), record];
    }),
  );
}

async function store(
  queries: Queries,
  emit: (event: NewEvent) => void,
  before: ReadonlyMap<string, TransferRecord>,
  after: ReadonlyMap<string, TransferRecord>,
  block: BlockRef | null,
): Promise<void> {
  const rows: Row[] = [];
  for (const [key, record] of after) {
    const evidence = JSON.stringify(record);
    const old = before.get(key);
    if (old !== undefined && JSON.stringify(old) === evidence) continue;
    const token = await loadToken(queries, record);
    const payload = transferPayload(record, token);
    const text = payload === null ? null : JSON.stringify(payload);
    rows.push({
      direction: record.direction,
      nonce: record.nonce,
      settled: isSettled(record),
      known: payload !== null,
      state: payload === null ? null : transferState(record),
      sender: payload?.from ?? null,
      recipient: payload?.to ?? null,
      source_time: payload?.source.timestamp ?? null,
      evidence,
      payload: text,
    });
    if (payload === null || text === null) continue;
    const keys = [payload.direction, ...new Set([payload.from, payload.to])];
    emit({ topic: "bridge", type: "transfer", block, keys, payload: text });
  }
  await insertRows(queries, "transfers", TRANSFER_COLUMNS, rows, REPLACE_TRANSFER);
}

// --- proofs and tokens, which may be heard of before the transfers they concern ---

interface KnownProof {
  readonly direction: Direction;
  readonly count: number;
  readonly step: TransferStep;
}

async function writeProofs(
  queries: Queries,
  facts: readonly BridgeFact[],
  replaceProvisional: boolean,
): Promise<void> {
  if (replaceProvisional) await queries.query("DELETE FROM proofs WHERE NOT final");
  const newest = new Map<string, Row>();
  for (const fact of facts) {
    if (fact.kind !== "proved") continue;
    const key = `${fact.direction} ${fact.count}`;
    // Several checkpoints may carry one count: the first is the proof.
    if (newest.has(key)) continue;
    const { direction, count, step } = fact;
    newest.set(key, { direction, count, step: JSON.stringify(step), final: step.final });
  }
  const columns = { direction: "text", count: "bigint", step: "text", final: "boolean" };
  await insertRows(queries, "proofs", columns, [...newest.values()], "ON CONFLICT DO NOTHING");
}

/** Proofs that these transfers may still need, the smallest count first. */
async function loadProofs(queries: Queries, records: Iterable<TransferRecord>): Promise<KnownProof[]> {
  const lowest = new Map<Direction, number>();
  for (const { direction, nonce, proof } of records)
    if (proof === null) lowest.set(direction, Math.min(nonce, lowest.get(direction) ?? nonce));
  const proofs: KnownProof[] = [];
  for (const [direction, nonce] of lowest) {
    const rows = await queries.query<{ count: number; step: string }>(
      "SELECT count, step FROM proofs WHERE direction = $1 AND count > $2 ORDER BY count",
      [direction, nonce],
    );
    for (const { count, step } of rows)
      proofs.push({ direction, count, step: JSON.parse(step) as TransferStep });
  }
  return proofs;
}

function withFirstProof(record: TransferRecord, proofs: readonly KnownProof[]): TransferRecord {
  const first = proofs.find((p) => p.direction === record.direction && p.count > record.nonce);
  return first === undefined ? record : withProof(record, first.count, first.step);
}

async function writeTokens(queries: Queries, facts: readonly BridgeFact[]): Promise<void> {
  const known = new Map<string, Row>();
  for (const fact of facts) {
    if (fact.kind !== "sent" || fact.token === null) continue;
    const { originChainId, originToken } = fact.transfer;
    const chainId = originChainId.toString();
    known.set(`${chainId} ${originToken}`, {
      chain_id: chainId,
      address: originToken,
      symbol: fact.token.symbol,
      decimals: fact.token.decimals,
    });
  }
  const columns = { chain_id: "text", address: "text", symbol: "text", decimals: "integer" };
  await insertRows(queries, "tokens", columns, [...known.values()], "ON CONFLICT DO NOTHING");
}

async function loadToken(queries: Queries, { source }: TransferRecord): Promise<TokenMetadata | null> {
  if (source === null) return null;
  const [row] = await queries.query<{ symbol: string; decimals: number }>(
    "SELECT symbol, decimals FROM tokens WHERE chain_id = $1 AND address = $2",
    [source.originChainId, source.originToken],
  );
  return row ?? null;
}

async function hasProvisional(queries: Queries): Promise<boolean> {
  const [row] = await queries.query<{ some: boolean }>(
    `SELECT EXISTS (SELECT 1 FROM transfers WHERE NOT settled AND evidence LIKE '%"final":false%')
         OR EXISTS (SELECT 1 FROM proofs WHERE NOT final) AS some`,
  );
  return row?.some === true;
}

const TRANSFER_COLUMNS = {
  direction: "text",
  nonce: "bigint",
  settled: "boolean",
  known: "boolean",
  state: "text",
  sender: "text",
  recipient: "text",
  source_time: "bigint",
  evidence: "text",
  payload: "text",
};

const REPLACE_TRANSFER = `ON CONFLICT (direction, nonce) DO UPDATE SET
  settled = excluded.settled, known = excluded.known, state = excluded.state, sender = excluded.sender,
  recipient = excluded.recipient, source_time = excluded.source_time, evidence = excluded.evidence,
  payload = excluded.payload`;
