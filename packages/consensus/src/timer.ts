/**
 * The core's timers. At most one of each kind runs: setting one replaces the last of its kind. They come back with the
 * (height, round) they were set for, and a stale one is ignored (C7).
 */
export interface Timer {
  /** `block`: time to propose at round 0 (C14); `round`: request timeout (C7); `resend`: half of it (C11); `proposal`: a held early PROPOSAL is due (C13). */
  readonly kind: "block" | "round" | "resend" | "proposal";
  readonly height: number;
  readonly round: number;
}
