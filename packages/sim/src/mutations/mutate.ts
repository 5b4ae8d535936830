import type { Edit } from "./mutation.js";

/** @throws Error when the text to be replaced is not in the source exactly once: the code moved on, and the mutation must. */
export function mutate(source: string, { module, from, to }: Edit): string {
  const parts = source.split(from);
  if (parts.length !== 2) {
    throw new Error(
      `${module}: found ${parts.length - 1} times, must be once; change the mutation as the code changed: ${from}`,
    );
  }
  return parts.join(to);
}
