import { quantity } from "../../format/quantity.js";
import { formatSyncing } from "../../format/syncing.js";
import { defineMethod } from "../../method.js";

/** What an operator asks first: head, peers, and what was refused by which rule (X9). */
export const causewayStatus = defineMethod("causeway_status", [], async ({ reader, pool, status }) => {
  const head = await reader.header(reader.headNumber());
  const { pending, queued } = await pool.stats();
  const syncing = await status.syncing();
  return {
    clientVersion: status.clientVersion,
    chainId: quantity(reader.chainId),
    genesisHash: reader.genesisHash,
    head:
      head === null
        ? null
        : { number: quantity(head.number), hash: head.hash, timestamp: quantity(head.timestamp) },
    syncing: syncing === false ? false : formatSyncing(syncing),
    halted: await status.halted(),
    coinbase: await status.coinbase(),
    listening: await status.listening(),
    peers: await status.peers(),
    pool: { pending, queued },
    refused: await status.refused(),
    ...(await status.details()),
  };
});
