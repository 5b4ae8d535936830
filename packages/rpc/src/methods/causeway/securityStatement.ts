import { defineMethod } from "../../method.js";

/** B16, said plainly to whoever asks before trusting the chain with money. */
const STATEMENT = {
  summary:
    "A proof-of-authority chain: it is as honest as two thirds of its validators, and Ethereum's security is not inherited.",
  points: [
    "A quorum of validators (two thirds) can steal what is locked in the bridge, at most what the limits release while nobody watches.",
    "A quorum of attesters can stop the bridge and spoil balances made after the last checkpoint Ethereum accepted; it cannot empty the Vault.",
    "A removed validator key stays dangerous until Ethereum has accepted its removal.",
    "The exit on Ethereum protects against a quorum that is gone, not against one that lives and censors.",
    "Funds held by contracts that never registered an exit recipient stay in the Vault when the chain is gone.",
  ],
} as const;

export const causewaySecurityStatement = defineMethod("causeway_securityStatement", [], () => STATEMENT);
