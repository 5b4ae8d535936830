import { heightOf } from "../../blockResolver.js";
import { defineMethod } from "../../method.js";
import { logCriteria } from "../../params/logCriteria.js";
import { invalidParams } from "../../rpcError.js";

export const ethNewFilter = defineMethod("eth_newFilter", [logCriteria], (context, criteria) => {
  const { fromBlock, toBlock } = criteria;
  if (fromBlock !== null && toBlock !== null && heightOf(context, fromBlock) > heightOf(context, toBlock)) {
    throw invalidParams("invalid block range params");
  }
  return context.filters.install({ kind: "logs", criteria, nextBlock: context.reader.headNumber() + 1 });
});
