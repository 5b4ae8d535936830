import { insertRows, type Queries, type Row } from "../database/Database.js";
import type { BlockRef } from "../feed/feedProtocol.js";
import type { NewEvent } from "../feed/journal.js";
import { toNumber } from "./chainTypes.js";
import type { FetchedBlock } from "./fetchBlock.js";
import { blockPayload, transactionPayload } from "./payloads.js";

type Emit = (event: NewEvent) => void;

/** What else belongs to a block's transaction: the bridge's events in it. Its events follow the block's own. */
export type BlockSink = (queries: Queries, emit: Emit, block: FetchedBlock) => Promise<void>;

/** Rows of several blocks, inserted table by table. */
interface Rows {
  readonly blocks: Row[];
  readonly transactions: Row[];
  readonly addresses: Row[];
  /** By set hash: most blocks share one. */
  readonly sets: Map<string, Row>;
}

/**
 * Insert verified blocks with everything in them and say so in the journal.
 * @param txTotal transactions indexed before the first of them.
 */
export async function writeBlocks(
  queries: Queries,
  emit: Emit,
  blocks: readonly FetchedBlock[],
  txTotal: number,
  sink: BlockSink | null,
): Promise<void> {
  const rows: Rows = { blocks: [], transactions: [], addresses: [], sets: new Map() };
  let total = txTotal;
  for (const fetched of blocks) {
    total += fetched.block.transactions.length;
    addBlock(rows, emit, fetched, total);
    addTransactions(rows, emit, fetched);
    await sink?.(queries, emit, fetched);
  }
  await insertRows(queries, "blocks", BLOCK_COLUMNS, rows.blocks);
  await insertRows(queries, "transactions", TRANSACTION_COLUMNS, rows.transactions);
  await insertRows(queries, "address_transactions", ADDRESS_COLUMNS, rows.addresses);
  await insertRows(queries, "validator_sets", SET_COLUMNS, [...rows.sets.values()], "ON CONFLICT DO NOTHING");
}

function addBlock(rows: Rows, emit: Emit, fetched: FetchedBlock, txTotal: number): void {
  const { block, certificate } = fetched;
  const ref = refOf(fetched);
  const checkpoint = certificate?.checkpoint;
  const payload = JSON.stringify(blockPayload(fetched));
  rows.blocks.push({
    number: ref.n,
    hash: ref.h,
    timestamp: toNumber(block.timestamp),
    miner: block.miner,
    tx_count: block.transactions.length,
    tx_total: txTotal,
    set_hash: checkpoint?.validatorSetHash ?? null,
    // V1: genesis names S(1) in its extraData.
    next_set_hash: checkpoint?.nextValidatorSetHash ?? (ref.n === 0 ? block.extraData : null),
    round: checkpoint === undefined ? null : toNumber(checkpoint.round),
    signers: certificate?.signers ?? null,
    payload,
  });
  emit({ topic: "blocks", type: "block.add", block: ref, keys: [block.miner], payload });
  if (certificate === null) return;
  const setHash = certificate.checkpoint.validatorSetHash;
  rows.sets.set(setHash, { set_hash: setHash, validators: JSON.stringify(certificate.validators) });
}

function addTransactions(rows: Rows, emit: Emit, fetched: FetchedBlock): void {
  const { block, receipts } = fetched;
  const ref = refOf(fetched);
  for (const [i, tx] of block.transactions.entries()) {
    const receipt = receipts[i];
    // verifyBlock saw one receipt per transaction.
    if (receipt === undefined) continue;
    const summary = transactionPayload(block, tx, receipt);
    const payload = JSON.stringify(summary);
    rows.transactions.push({
      hash: tx.hash,
      block_number: ref.n,
      tx_index: i,
      summary: payload,
      tx: JSON.stringify(tx),
      receipt: JSON.stringify(receipt),
    });
    const named = new Set([summary.from, summary.to, summary.contractAddress]);
    const keys = [...named].filter((address) => address !== null);
    for (const address of keys) rows.addresses.push({ address, block_number: ref.n, tx_index: i });
    emit({ topic: "txs", type: "tx.included", block: ref, keys, payload });
  }
}

function refOf({ block }: FetchedBlock): BlockRef {
  return { n: toNumber(block.number), h: block.hash };
}

const BLOCK_COLUMNS = {
  number: "bigint",
  hash: "text",
  timestamp: "bigint",
  miner: "text",
  tx_count: "integer",
  tx_total: "bigint",
  set_hash: "text",
  next_set_hash: "text",
  round: "integer",
  signers: "text",
  payload: "text",
};

const TRANSACTION_COLUMNS = {
  hash: "text",
  block_number: "bigint",
  tx_index: "integer",
  summary: "text",
  tx: "text",
  receipt: "text",
};

const ADDRESS_COLUMNS = { address: "text", block_number: "bigint", tx_index: "integer" };

const SET_COLUMNS = { set_hash: "text", validators: "text" };
