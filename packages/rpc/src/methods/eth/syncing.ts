import { formatSyncing } from "../../format/syncing.js";
import { defineMethod } from "../../method.js";

/** F4: false once a certificate younger than two empty periods was seen. */
export const ethSyncing = defineMethod("eth_syncing", [], async ({ status }) => {
  const progress = await status.syncing();
  return progress === false ? false : formatSyncing(progress);
});
