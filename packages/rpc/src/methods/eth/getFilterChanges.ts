import { filterNotFound } from "../../filters/filterNotFound.js";
import { defineMethod } from "../../method.js";
import { opaqueId } from "../../params/opaqueId.js";

export const ethGetFilterChanges = defineMethod("eth_getFilterChanges", [opaqueId], (context, id) => {
  const filter = context.filters.use(id);
  if (filter === null) throw filterNotFound(context.limits);
  return filter.changes(context);
});
