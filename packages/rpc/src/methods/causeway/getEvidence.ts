import { defineMethod } from "../../method.js";
import { safeInteger } from "../../params/hex.js";
import { invalidParams } from "../../rpcError.js";

/** Pieces of evidence in one answer: each is two kilobytes. */
const COUNT_MAX = 256;
const COUNT_DEFAULT = 64;

/**
 * Stored evidence against validators, oldest first, in pages [from, count], and safety stops (F2, F3). Digest and
 * signature of each vote let anybody check it with ecrecover. It changes nothing by itself: `removalVote` is the command
 * that proposes to remove the validator.
 */
export const causewayGetEvidence = defineMethod(
  "causeway_getEvidence",
  [safeInteger.optional(), safeInteger.optional()],
  ({ status }, from = 0, count = COUNT_DEFAULT) => {
    if (count < 1 || count > COUNT_MAX) {
      throw invalidParams(`count must be 1 to ${COUNT_MAX}, got ${count}`);
    }
    return status.evidence({ from, count });
  },
);
