import { z } from "zod";
import { defineMethod } from "../../method.js";
import { hash } from "../../params/hex.js";
import { inputSchema } from "../../params/inputSchema.js";
import { logCriteria } from "../../params/logCriteria.js";
import { parseParam } from "../../params/parseParams.js";
import { RPC_CODE, RpcError } from "../../rpcError.js";
import { LogSelector } from "../../ws/logSelector.js";
import type { Subscription } from "../../ws/subscription.js";

const ANY_LOG = { addresses: [], topics: [], fromBlock: null, toBlock: null };
const SUBSCRIPTION_NAMES: readonly Subscription["kind"][] = [
  ...(["newHeads", "logs", "newPendingTransactions", "transactionReceipts", "syncing"] as const),
];
const fullTransactions = z.boolean("want a boolean").optional();
const receiptFilter = z
  .object({ transactionHashes: z.array(hash).max(200, "too many hashes (max 200)").nullish() })
  .optional();

/** What the second parameter may be, which depends on the first: decoded by subscriptionOf. */
const option = z.unknown().meta({
  title: "criteria of logs, hashes of transactions, or whether pending transactions are wanted whole",
  anyOf: [logCriteria, receiptFilter, fullTransactions].map(inputSchema),
});

/** Only where the server can notify: over a websocket or the IPC socket. */
export const ethSubscribe = defineMethod(
  "eth_subscribe",
  [z.string("want a subscription name").meta({ enum: SUBSCRIPTION_NAMES }), option],
  ({ subscriber }, name, option) => {
    if (subscriber === null) throw new RpcError(RPC_CODE.methodNotFound, "notifications not supported");
    return subscriber.subscribe(subscriptionOf(name, option));
  },
);

function subscriptionOf(name: string, option: unknown): Subscription {
  switch (name) {
    case "newHeads":
    case "syncing":
      return { kind: name };
    case "logs":
      return {
        kind: name,
        selector: new LogSelector(parseParam(logCriteria.optional(), option, 1) ?? ANY_LOG),
      };
    case "newPendingTransactions":
      return { kind: name, full: parseParam(fullTransactions, option, 1) ?? false };
    case "transactionReceipts": {
      const hashes = parseParam(receiptFilter, option, 1)?.transactionHashes ?? [];
      return { kind: name, hashes: hashes.length === 0 ? null : new Set(hashes) };
    }
    default:
      throw new RpcError(RPC_CODE.methodNotFound, `no "${name.slice(0, 80)}" subscription in eth namespace`);
  }
}
