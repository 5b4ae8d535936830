import { maxOf } from "../../bigints.js";
import { EMPTY_LIST_HASH } from "../../codec/header.js";
import type { Header } from "../../types/header.js";
import { type Fork, hasFork } from "../fork.js";

const MINIMUM = 131_072n;
const BOUND_DIVISOR = 2_048n;
/** Frontier: seconds under which the difficulty rises. */
const DURATION_LIMIT = 13;
/** Homestead (EIP-2) and Byzantium (EIP-100): seconds per step down, and the most steps. */
const HOMESTEAD_SECONDS = 10;
const BYZANTIUM_SECONDS = 9;
const STEPS_DOWN_MAX = 99;
/** Blocks in which the bomb doubles, and periods before it is felt. */
const BOMB_PERIOD = 100_000;
const BOMB_FREE_PERIODS = 2;

/** Blocks by which the bomb was put off (EIP-649, 1234, 2384, 3554, 4345, 5133), newest first. */
const BOMB_DELAYS: readonly (readonly [Fork, number])[] = [
  ["grayGlacier", 11_400_000],
  ["arrowGlacier", 10_700_000],
  ["london", 9_700_000],
  ["muirGlacier", 9_000_000],
  ["constantinople", 5_000_000],
  ["byzantium", 3_000_000],
];

/**
 * Difficulty of a block made by work (Yellow Paper 4.3.4, EIP-2, EIP-100). As in geth the minimum is applied before the
 * bomb is added.
 * @param timestamp whole seconds.
 */
export function nextDifficulty(
  parent: Pick<Header, "number" | "timestamp" | "difficulty" | "sha3Uncles">,
  timestamp: number,
  fork: Fork,
): bigint {
  const steps = adjustment(parent, timestamp - parent.timestamp, fork);
  const adjusted = parent.difficulty + (parent.difficulty / BOUND_DIVISOR) * BigInt(steps);
  return maxOf(adjusted, MINIMUM) + bomb(parent.number + 1, fork);
}

function adjustment({ sha3Uncles }: Pick<Header, "sha3Uncles">, seconds: number, fork: Fork): number {
  if (!hasFork(fork, "homestead")) return seconds < DURATION_LIMIT ? 1 : -1;
  if (!hasFork(fork, "byzantium")) {
    return Math.max(1 - Math.floor(seconds / HOMESTEAD_SECONDS), -STEPS_DOWN_MAX);
  }
  const top = sha3Uncles === EMPTY_LIST_HASH ? 1 : 2;
  return Math.max(top - Math.floor(seconds / BYZANTIUM_SECONDS), -STEPS_DOWN_MAX);
}

function bomb(number: number, fork: Fork): bigint {
  const delay = BOMB_DELAYS.find(([since]) => hasFork(fork, since))?.[1] ?? 0;
  const periods = Math.floor(Math.max(number - delay, 0) / BOMB_PERIOD);
  return periods < BOMB_FREE_PERIODS ? 0n : 2n ** BigInt(periods - BOMB_FREE_PERIODS);
}
