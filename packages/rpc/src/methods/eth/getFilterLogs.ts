import { filterNotFound } from "../../filters/filterNotFound.js";
import { LogFilter } from "../../filters/logFilter.js";
import { queryLogs } from "../../filters/logQuery.js";
import { formatLog } from "../../format/log.js";
import { defineMethod } from "../../method.js";
import { opaqueId } from "../../params/opaqueId.js";
import { serverError } from "../../rpcError.js";

/** Everything the filter's criteria match, whatever was polled before. */
export const ethGetFilterLogs = defineMethod("eth_getFilterLogs", [opaqueId], async (context, id) => {
  const filter = context.filters.use(id);
  if (filter === null) throw filterNotFound(context.limits);
  if (!(filter instanceof LogFilter)) throw serverError("filter not found: this one is not of logs");
  return (await queryLogs(context, filter.criteria)).map(formatLog);
});
