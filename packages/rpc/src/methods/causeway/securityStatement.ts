import { hasValidators } from "../../lookup/hasValidators.js";
import { defineMethod } from "../../method.js";

/** B16, said plainly to whoever asks before trusting the chain with money. */
const STATEMENT = {
  summary:
    "A proof-of-authority chain: it is as honest as two thirds of its validators, and Ethereum's security is not inherited.",
  points: [
    "A quorum of validators (two thirds) can steal everything that is locked in the bridge.",
    "A quorum of attesters can stop the bridge and spoil balances made after the last checkpoint Ethereum accepted; it cannot empty the Vault.",
    "A removed validator key stays dangerous until Ethereum has accepted its removal.",
    "Limits, pause and an exit on Ethereum are not in this version: what is locked when the chain is gone stays in the Vault.",
  ],
} as const;

/** On a chain of plain Ethereum's rules, which has neither validators nor a bridge. */
const WITHOUT_VALIDATORS = {
  summary:
    "A chain of Ethereum's own rules, served as it lies on this node: no validators of this node's have sealed it, and no bridge belongs to it.",
  points: ["Whoever asks trusts this node for what it tells."],
} as const;

export const causewaySecurityStatement = defineMethod("causeway_securityStatement", [], async ({ reader }) =>
  (await hasValidators(reader)) ? STATEMENT : WITHOUT_VALIDATORS,
);
