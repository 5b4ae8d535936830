import { overrideAt } from "@causeway/protocol/validatorOverride";
import type { Engine, IrregularChange } from "../engine/engine.js";
import type { ChainRules } from "../rules/chainRules.js";
import { DAO_ACCOUNTS, DAO_REFUND_CONTRACT } from "../rules/ethereum/daoFork.js";
import type { Header } from "../types/header.js";
import { validatorListWrites } from "./validatorListWrites.js";

/**
 * What changes at the start of a block by no transaction; null in nearly all. Where an override takes effect, its list is in
 * ValidatorSet's storage (V6); on Ethereum's chain the DAO's balances moved once (EIP-779).
 */
export async function irregularChange(
  engine: Engine,
  rules: ChainRules,
  parent: Header,
  number: number,
): Promise<IrregularChange | null> {
  if (rules.kind === "ethereum") {
    const { dao } = rules.schedule;
    return dao?.support && dao.block === number ? { from: DAO_ACCOUNTS, to: DAO_REFUND_CONTRACT } : null;
  }
  const override = overrideAt(rules.spec, number);
  return override === null ? null : validatorListWrites(engine.state(parent.stateRoot), override);
}
