import { performance } from "node:perf_hooks";
import type { Clock } from "./clock.js";
import type { Random } from "./random.js";
import type { Timers } from "./timers.js";

/** Longest delay setTimeout takes without firing at once. */
const TIMEOUT_MS_MAX = 2 ** 31 - 1;

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};

export const systemTimers: Timers = {
  after(delayMs, action) {
    const timer = setTimeout(action, Math.min(Math.max(0, delayMs), TIMEOUT_MS_MAX));
    return () => clearTimeout(timer);
  },
  soon(action) {
    setImmediate(action);
  },
};

export const systemRandom: Random = () => Math.random();
