import { type EthereumGenesis, isCausewayGenesis } from "@causeway/protocol/ethereumGenesis";
import type { Genesis } from "@causeway/protocol/genesis";
import { DEVNET_L1_CHAIN_ID } from "@causeway/protocol/predeploys";

/** B13, in seconds: how long L1 waits for a checkpoint, and how long an announced exit can be called off. */
const HALT_SECONDS = 7 * 24 * 60 * 60;
const GRACE_SECONDS = 2 * 24 * 60 * 60;

/**
 * B14: seconds before the head whose states exits may need; 0 on a chain without a bridge, and on one bridged to a
 * devnet's L1, which ends with it.
 */
export function exitWindowSeconds(genesis: Genesis | EthereumGenesis): number {
  if (!isCausewayGenesis(genesis)) return 0;
  const { bridge } = genesis.config.causeway;
  if (bridge === null || bridge.l1ChainId === DEVNET_L1_CHAIN_ID) return 0;
  return 2 * (HALT_SECONDS + GRACE_SECONDS);
}

export interface KeptRange {
  /** Height of the newest block. */
  readonly head: number;
  /** Height of the oldest block whose state is there. */
  readonly stateStart: number;
  /** States that were asked for, at least 1: a node goes on from the head's state and reads no older one. */
  readonly keep: number;
  readonly windowSeconds: number;
}

/**
 * Height of the oldest block whose state stays: as many as asked for, and all that the window asks for.
 * @param timestampOf seconds; only asked for blocks from `stateStart` to the head.
 */
export async function oldestKept(
  range: KeptRange,
  timestampOf: (number: number) => Promise<number>,
): Promise<number> {
  const { head, stateStart, keep, windowSeconds } = range;
  const byCount = Math.max(stateStart, head - keep + 1);
  const from = (await timestampOf(head)) - windowSeconds;
  if (byCount === stateStart || (await timestampOf(byCount)) <= from) return byCount;
  // The newest block that is as old as the window: its state holds at the window's beginning.
  let [low, high] = [stateStart, byCount];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((await timestampOf(middle)) <= from) low = middle;
    else high = middle - 1;
  }
  return low;
}
