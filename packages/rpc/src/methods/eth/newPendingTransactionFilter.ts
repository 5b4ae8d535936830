import { z } from "zod";
import { defineMethod } from "../../method.js";

/** Of hashes, or with true of whole transactions. */
export const ethNewPendingTransactionFilter = defineMethod(
  "eth_newPendingTransactionFilter",
  [z.boolean("want a boolean").optional()],
  ({ filters, scope }, full) =>
    filters.install(scope.client, { kind: "pending", hashes: [], full: full ?? false }),
);
