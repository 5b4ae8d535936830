import { z } from "zod";
import { PendingFilter } from "../../filters/pendingFilter.js";
import { defineMethod } from "../../method.js";

/** Of hashes, or with true of whole transactions. */
export const ethNewPendingTransactionFilter = defineMethod(
  "eth_newPendingTransactionFilter",
  [z.boolean("want a boolean").optional()],
  ({ filters, limits, scope }, full) =>
    filters.install(scope.client, new PendingFilter(full ?? false, limits.filterHashesMax)),
);
