import { chainError } from "../chainError.js";
import { causewayHeader } from "../codec/header.js";
import type { ChainRules } from "../rules/chainRules.js";
import type { ForkSchedule } from "../rules/ethereum/forkSchedule.js";
import { checkRules, HEADER_RULES } from "../rules/ethereum/headerRules.js";
import type { Header } from "../types/header.js";

/** By the excess the base fee of blobs is computed, without an end where it is made up; by the others the EVM chooses its rules. */
const RELIED_ON: readonly string[] = ["difficulty", "fields", "excessBlobGas"];

/**
 * Check what execution relies on in the header of a block that is not in the chain.
 * @param totalDifficulty of the chain up to the parent.
 * @throws ChainError "H1.<field>" or "eth.<field>".
 */
export function checkForeignHeader(
  rules: ChainRules,
  header: Header,
  parent: Header,
  totalDifficulty: () => bigint,
): void {
  if (rules.kind === "causeway") checkCauseway(header);
  else checkEthereum(rules.schedule, header, parent, totalDifficulty());
}

function checkCauseway(header: Header): void {
  const { difficulty, excessBlobGas } = causewayHeader(header);
  for (const [field, value] of Object.entries({ difficulty, excessBlobGas })) {
    if (value === 0n) continue;
    throw chainError(
      `H1.${field}`,
      `block ${header.number} ${header.hash}: ${field} is ${value}, must be 0 (H1)`,
    );
  }
}

function checkEthereum(
  schedule: ForkSchedule,
  header: Header,
  parent: Header,
  totalDifficulty: bigint,
): void {
  const { number, timestamp } = header;
  const fork = schedule.at({
    number,
    timestamp,
    difficulty: schedule.isPostMerge(totalDifficulty) ? 0n : 1n,
  });
  const rules = HEADER_RULES.filter(({ name }) => RELIED_ON.includes(name));
  checkRules(rules, { header, parent, fork, schedule });
}
