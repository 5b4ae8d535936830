import { filterChanges } from "../../filterChanges.js";
import { defineMethod } from "../../method.js";
import { bytes } from "../../params/hex.js";
import { serverError } from "../../rpcError.js";

export const ethGetFilterChanges = defineMethod("eth_getFilterChanges", [bytes], (context, id) => {
  const filter = context.filters.use(id);
  if (filter === null) throw serverError("filter not found");
  return filterChanges(context, filter);
});
