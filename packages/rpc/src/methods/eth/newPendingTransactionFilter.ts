import { defineMethod } from "../../method.js";

export const ethNewPendingTransactionFilter = defineMethod(
  "eth_newPendingTransactionFilter",
  [],
  ({ filters }) => filters.install({ kind: "pending", hashes: [] }),
);
