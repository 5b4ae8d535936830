import { readFileSync } from "node:fs";
import { register } from "node:module";
import { fileURLToPath } from "node:url";
import { mutate } from "./mutate.js";
import { mutationNamed } from "./mutations.js";
import { loadedMark, MUTATION_VARIABLE } from "./mutationVariable.js";

// Loaded by `node --import` before everything else: production code knows nothing of mutations.
const name = process.env[MUTATION_VARIABLE] ?? "";
const sources = new Map<string, string>();
for (const edit of mutationNamed(name).edits) {
  const url = import.meta.resolve(edit.module);
  const source = sources.get(url) ?? readFileSync(fileURLToPath(url), "utf8") + loadedMark(edit.module);
  sources.set(url, mutate(source, edit));
}
register("./serveMutated.js", import.meta.url, { data: sources });
