/** The two clocks of a host: the wall clock stamps inputs (C13), the monotonic one measures durations. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  wallMs(): number;
  /** Milliseconds since an arbitrary start, never backwards. */
  monotonicMs(): number;
}
