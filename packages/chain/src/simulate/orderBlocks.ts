import type { Header } from "../types/header.js";
import type { BlockRequest } from "./simulation.js";
import { simulationFault } from "./simulationFault.js";

/** Blocks of one simulation, filled gaps included (execution-apis, geth). */
const BLOCKS_MAX = 256;
/** Calls of one block and of one simulation (geth). */
const BLOCK_CALLS_MAX = 5_000;
const CALLS_MAX = 10_000;
/** Seconds between blocks that name no time (execution-apis). */
const TIME_STEP = 12;

/** A block request whose number and time are settled. */
export interface OrderedBlock extends BlockRequest {
  readonly number: number;
  readonly timestamp: number;
}

const EMPTY = { overrides: {}, state: new Map(), calls: [] } as const;

/**
 * Give each block its number and time, and fill the gaps between them with empty blocks.
 * @throws ChainError "Simulation.BlockNumber", "Simulation.BlockTimestamp" where they do not rise, "Simulation.TooMuch"
 *   beyond 256 blocks, 5,000 calls in a block or 10,000 in all.
 */
export function orderBlocks(base: Pick<Header, "number" | "timestamp">, blocks: readonly BlockRequest[]) {
  checkCalls(blocks);
  const ordered: OrderedBlock[] = [];
  let { number, timestamp } = base;
  for (const block of blocks) {
    const target = block.overrides.number ?? number + 1;
    if (target <= number) {
      throw simulationFault("BlockNumber", `block numbers must be in order: ${target} <= ${number}`);
    }
    if (target - base.number > BLOCKS_MAX) {
      throw simulationFault("TooMuch", `too many blocks: the limit is ${BLOCKS_MAX}`);
    }
    for (number++; number < target; number++) {
      timestamp += TIME_STEP;
      ordered.push({ ...EMPTY, number, timestamp });
    }
    const time = block.overrides.timestamp ?? timestamp + TIME_STEP;
    if (time <= timestamp) {
      throw simulationFault("BlockTimestamp", `block timestamps must be in order: ${time} <= ${timestamp}`);
    }
    timestamp = time;
    ordered.push({ ...block, number, timestamp });
  }
  return ordered;
}

function checkCalls(blocks: readonly BlockRequest[]): void {
  const most = Math.max(0, ...blocks.map(({ calls }) => calls.length));
  if (most > BLOCK_CALLS_MAX) {
    throw simulationFault("TooMuch", `too many calls in a block: ${most}, the limit is ${BLOCK_CALLS_MAX}`);
  }
  const all = blocks.reduce((sum, { calls }) => sum + calls.length, 0);
  if (all > CALLS_MAX) throw simulationFault("TooMuch", `too many calls: ${all}, the limit is ${CALLS_MAX}`);
}
