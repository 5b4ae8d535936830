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

export const causewaySecurityStatement = defineMethod("causeway_securityStatement", [], () => STATEMENT);
