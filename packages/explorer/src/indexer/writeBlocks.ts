import { insertRows, type Queries, type Row } from "../database/Database.js";
import type { NewEvent } from "../feed/journal.js";
import { toNumber } from "./chainTypes.js";
import type { FetchedBlock } from "./fetchBlock.js";
import { blockPayload, transactionPayload } from "./payloads.js";

/** What else belongs to a block's transaction: the bridge's events in it. Its events follow the block's own. */
export type BlockSink = (
  queries: Queries,
  emit: (event: NewEvent) => void,
  block: FetchedBlock,
) => Promise<void>;

/**
 * Insert verified blocks with everything in them and say so in the journal.
 * @param txTotal transactions indexed before the first of them.
 */
export async function writeBlocks(
  queries: Queries,
  emit: (event: NewEvent) => void,
  blocks: readonly FetchedBlock[],
  txTotal: number,
  sink: BlockSink | null,
): Promise<void> {
  const rows: Row[] = [];
  const transactions: Row[] = [];
  const touched: Row[] = [];
  const sets = new Map<string, string>();
  let total = txTotal;
  for (const fetched of blocks) {
    const { block, certificate } = fetched;
    const ref = { n: toNumber(block.number), h: block.hash };
    const payload = JSON.stringify(blockPayload(fetched));
    total += block.transactions.length;
    rows.push({
      number: ref.n,
      hash: block.hash,
      timestamp: toNumber(block.timestamp),
      miner: block.miner,
      tx_count: block.transactions.length,
      tx_total: total,
      set_hash: certificate?.checkpoint.validatorSetHash ?? null,
      // V1: genesis names S(1) in its extraData.
      next_set_hash: certificate?.checkpoint.nextValidatorSetHash ?? (ref.n === 0 ? block.extraData : null),
      round: certificate === null ? null : toNumber(certificate.checkpoint.round),
      signers: certificate?.signers ?? null,
      payload,
    });
    if (certificate !== null)
      sets.set(certificate.checkpoint.validatorSetHash, JSON.stringify(certificate.validators));
    emit({ topic: "blocks", type: "block.add", block: ref, keys: [block.miner], payload });
    for (const [i, tx] of block.transactions.entries()) {
      const receipt = fetched.receipts[i];
      // verifyBlock saw one receipt per transaction.
      if (receipt === undefined) continue;
      const summary = transactionPayload(block, tx, receipt);
      const addresses = [...new Set([summary.from, summary.to, summary.contractAddress])].filter(
        (address) => address !== null,
      );
      const text = JSON.stringify(summary);
      transactions.push({
        hash: tx.hash,
        block_number: ref.n,
        tx_index: i,
        summary: text,
        tx: JSON.stringify(tx),
        receipt: JSON.stringify(receipt),
      });
      for (const address of addresses) touched.push({ address, block_number: ref.n, tx_index: i });
      emit({ topic: "txs", type: "tx.included", block: ref, keys: addresses, payload: text });
    }
    await sink?.(queries, emit, fetched);
  }
  await insertRows(queries, "blocks", BLOCK_COLUMNS, rows);
  await insertRows(queries, "transactions", TRANSACTION_COLUMNS, transactions);
  await insertRows(queries, "address_transactions", ADDRESS_COLUMNS, touched);
  await insertRows(
    queries,
    "validator_sets",
    { set_hash: "text", validators: "text" },
    [...sets].map(([set_hash, validators]) => ({ set_hash, validators })),
    "ON CONFLICT DO NOTHING",
  );
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
