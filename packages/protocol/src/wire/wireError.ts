import { CausewayError } from "../errors.js";

/** Bytes from a peer that are not what they should be; `field` is the path to the part at fault. */
export type WireError = CausewayError<{ code: "WireMalformed"; field: string }>;

/** @returns the error to throw: names the field and what was expected of it (X10). */
export function malformed(field: string, expected: string, cause?: unknown): WireError {
  return new CausewayError({ code: "WireMalformed", field }, `wire: ${field} must be ${expected}`, { cause });
}
