import { formatLog } from "../../format/log.js";
import { queryLogs } from "../../logQuery.js";
import { defineMethod } from "../../method.js";
import { bytes } from "../../params/hex.js";
import { serverError } from "../../rpcError.js";

/** Everything the filter's criteria match, whatever was polled before. */
export const ethGetFilterLogs = defineMethod("eth_getFilterLogs", [bytes], async (context, id) => {
  const filter = context.filters.use(id);
  if (filter?.kind !== "logs") throw serverError("filter not found");
  return (await queryLogs(context, filter.criteria)).map(formatLog);
});
