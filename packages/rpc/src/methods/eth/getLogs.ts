import { queryLogs } from "../../filters/logQuery.js";
import { formatLog } from "../../format/log.js";
import { defineMethod } from "../../method.js";
import { logCriteria } from "../../params/logCriteria.js";

export const ethGetLogs = defineMethod("eth_getLogs", [logCriteria], async (context, criteria) =>
  (await queryLogs(context, criteria)).map(formatLog),
);
