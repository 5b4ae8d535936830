import { quantity } from "../../format/quantity.js";
import { defineMethod } from "../../method.js";

export const txpoolStatus = defineMethod("txpool_status", [], async ({ pool }) => {
  const { pending, queued } = await pool.stats();
  return { pending: quantity(pending), queued: quantity(queued) };
});
