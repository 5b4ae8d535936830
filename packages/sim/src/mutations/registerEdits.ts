import { readFileSync } from "node:fs";
import { register } from "node:module";
import { fileURLToPath } from "node:url";
import { mutate } from "./mutate.js";
import type { Edit } from "./mutation.js";
import { loadedMark } from "./mutationVariable.js";

/**
 * Serve edited modules to whatever this process imports from now on.
 * @throws Error as {@link mutate} does.
 */
export function registerEdits(edits: readonly Edit[]): void {
  const sources = new Map<string, string>();
  for (const edit of edits) {
    const url = import.meta.resolve(edit.module);
    const source = sources.get(url) ?? readFileSync(fileURLToPath(url), "utf8") + loadedMark(edit.module);
    sources.set(url, mutate(source, edit));
  }
  register("./serveMutated.js", import.meta.url, { data: sources });
}
