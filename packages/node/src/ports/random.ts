/** Uniform in [0, 1): peer choice and jitter only, never keys. */
export type Random = () => number;
