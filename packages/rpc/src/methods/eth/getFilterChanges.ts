import { filterChanges } from "../../filters/filterChanges.js";
import { defineMethod } from "../../method.js";
import { opaqueId } from "../../params/opaqueId.js";
import { serverError } from "../../rpcError.js";

export const ethGetFilterChanges = defineMethod("eth_getFilterChanges", [opaqueId], (context, id) => {
  const filter = context.filters.use(id);
  if (filter === null) throw serverError("filter not found");
  return filterChanges(context, filter);
});
