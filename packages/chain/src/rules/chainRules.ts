import { type EthereumGenesis, isCausewayGenesis } from "@causeway/protocol/ethereumGenesis";
import type { CausewayConfig, Genesis } from "@causeway/protocol/genesis";
import { CAUSEWAY_FORKS, type ChainForks } from "./chainForks.js";
import { ForkSchedule } from "./ethereum/forkSchedule.js";

/**
 * Which of the two sets of rules a chain follows; `config.causeway` in its genesis decides, and nothing else (H). Causeway's
 * are in rules/causeway, plain Ethereum's in rules/ethereum; both share store, engine and readers.
 */
export type ChainRules =
  | { readonly kind: "causeway"; readonly spec: CausewayConfig }
  | { readonly kind: "ethereum"; readonly schedule: ForkSchedule };

export function chainRulesOf(genesis: Genesis | EthereumGenesis): ChainRules {
  return isCausewayGenesis(genesis)
    ? { kind: "causeway", spec: genesis.config.causeway }
    : { kind: "ethereum", schedule: new ForkSchedule(genesis.config) };
}

/** The forks of a chain. */
export function forksOf(rules: ChainRules): ChainForks {
  return rules.kind === "causeway" ? CAUSEWAY_FORKS : rules.schedule;
}
