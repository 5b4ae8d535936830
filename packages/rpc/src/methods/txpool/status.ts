import { quantity } from "../../format/quantity.js";
import { defineMethod } from "../../method.js";

export const txpoolStatus = defineMethod("txpool_status", [], ({ pool }) => {
  const { pending, queued } = pool.stats();
  return { pending: quantity(pending), queued: quantity(queued) };
});
