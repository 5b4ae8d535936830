import { LogFilter } from "../../filters/logFilter.js";
import { heightOf } from "../../lookup/blockResolver.js";
import { defineMethod } from "../../method.js";
import { type LogCriteria, logCriteria } from "../../params/logCriteria.js";
import { invalidParams } from "../../rpcError.js";

export const ethNewFilter = defineMethod("eth_newFilter", [logCriteria], (context, criteria) => {
  const { fromBlock } = criteria;
  if (fromBlock !== null && heightOf(context, fromBlock) > lastHeight(criteria)) {
    throw invalidParams("invalid block range params");
  }
  const { filters, reader, scope } = context;
  return filters.install(scope.client, new LogFilter(criteria, reader.headNumber() + 1));
});

/** The height that a filter ends at. The head it may begin beyond moves on: "latest" is no end. */
function lastHeight({ toBlock }: LogCriteria): number {
  if (typeof toBlock === "number") return toBlock;
  return toBlock === "earliest" ? 0 : Number.POSITIVE_INFINITY;
}
