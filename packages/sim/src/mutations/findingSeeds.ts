/** Seeds that found a mutation, and those that showed what must stop nothing; they go stale when the simulator draws otherwise. */
export const FINDING_SEEDS: Readonly<Record<string, readonly string[]>> = {};
