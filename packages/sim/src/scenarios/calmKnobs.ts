import { HEALTHY_LINKS } from "../network/links.js";
import { FAULT_KINDS, type FaultKind, type Knobs } from "../run/knobs.js";

/** A healthy world of so many validators in which nothing happens by chance: what a scenario starts from. */
export function calmKnobs(nodes: number, changed: Partial<Knobs> = {}): Knobs {
  return {
    execution: "model",
    nodes,
    sets: [Array.from({ length: nodes }, (_, i) => i)],
    epochLength: 1_000,
    operators: null,
    actors: {},
    requestTimeoutMs: 1_000,
    maxRequestTimeoutMs: 16_000,
    emptyBlockPeriodSeconds: 2,
    links: HEALTHY_LINKS,
    executionMsMax: 1,
    transactionEveryMs: 0,
    faultEveryMs: 0,
    faults: Object.fromEntries(FAULT_KINDS.map((kind) => [kind, 0])) as Record<FaultKind, number>,
    tearChance: 0,
    skewMsMax: 0,
    stallMs: 0,
    unconnected: [],
    lagMsMax: 0,
    outage: null,
    ...changed,
  };
}
