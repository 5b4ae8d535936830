import { chainError } from "../../chainError.js";
import type { FullBlock } from "../../types/block.js";
import type { Header } from "../../types/header.js";
import type { ForkSchedule } from "./forkSchedule.js";
import { checkRules, HEADER_RULES } from "./headerRules.js";

/** Yellow Paper 11.1. */
const OMMERS_MAX = 2;
/** Generations an ommer may be behind. */
const OMMER_DEPTH_MAX = 6;
/** Blocks below a block that its ommers are judged by: each of them may be the parent of one. */
export const OMMER_ANCESTORS = OMMER_DEPTH_MAX + 1;

/**
 * The ommers of a block: at most two, valid headers, children of its recent ancestors but of not its parent, named by
 * nobody before.
 * @param ancestors the {@link OMMER_ANCESTORS} blocks below, or as many as there are.
 * @throws ChainError "eth.ommers".
 */
export function checkOmmers(
  block: Header,
  ommers: readonly Header[],
  ancestors: readonly FullBlock[],
  schedule: ForkSchedule,
): void {
  const refuse = (problem: string) =>
    chainError("eth.ommers", `block ${block.number} ${block.hash}: ommers ${problem}`);
  if (ommers.length > OMMERS_MAX) throw refuse(`are ${ommers.length}, at most ${OMMERS_MAX} allowed`);
  const taken = new Set([block.hash]);
  for (const ancestor of ancestors) {
    taken.add(ancestor.header.hash);
    for (const { hash } of ancestor.ommers) taken.add(hash);
  }
  for (const ommer of ommers) {
    if (taken.has(ommer.hash)) throw refuse(`name ${ommer.hash}, which the chain holds already`);
    taken.add(ommer.hash);
    const parent = ancestors.find(({ header }) => header.hash === ommer.parentHash)?.header;
    if (parent === undefined || parent.hash === block.parentHash) {
      throw refuse(`name ${ommer.hash} on ${ommer.parentHash}, which is no ancestor that may have one`);
    }
    checkOmmer(ommer, parent, schedule, refuse);
  }
}

function checkOmmer(
  header: Header,
  parent: Header,
  schedule: ForkSchedule,
  refuse: (problem: string) => Error,
): void {
  // Made by work like the block that names it, whatever its difficulty says.
  const fork = schedule.at({ number: header.number, timestamp: header.timestamp, difficulty: 1n });
  try {
    checkRules(HEADER_RULES, { header, parent, fork, schedule });
  } catch (error) {
    throw refuse(
      `name a header that is not valid: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
