/** Where two answers part: JSON path, what was wanted there and what came. */
export interface Difference {
  readonly path: string;
  readonly want: unknown;
  readonly have: unknown;
}

/**
 * The first place where `have` is not exactly `want`: a missing or extra member is a difference, numbers have no
 * tolerance. Only the wording of errors is free: `message` of an object under the name `error`, at any depth.
 */
export function firstDifference(
  want: unknown,
  have: unknown,
  path = "$",
  isError = false,
): Difference | null {
  if (Array.isArray(want) && Array.isArray(have)) {
    for (let i = 0; i < Math.max(want.length, have.length); i++) {
      const found = firstDifference(want[i], have[i], `${path}[${i}]`);
      if (found !== null) return found;
    }
    return null;
  }
  if (isObject(want) && isObject(have)) {
    for (const key of new Set([...Object.keys(want), ...Object.keys(have)])) {
      if (isError && key === "message" && typeof have[key] === "string") continue;
      const found = firstDifference(want[key], have[key], `${path}.${key}`, key === "error");
      if (found !== null) return found;
    }
    return null;
  }
  return want === have ? null : { path, want, have };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
