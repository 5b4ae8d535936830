import type { InitializeHook, LoadHook } from "node:module";

let mutated: ReadonlyMap<string, string> = new Map();

/** @param sources by URL of the module. */
export const initialize: InitializeHook<ReadonlyMap<string, string>> = (sources) => {
  mutated = sources;
};

/** Module loader hook: the mutated source instead of the file's. */
export const load: LoadHook = (url, context, nextLoad) => {
  const source = mutated.get(url);
  return source === undefined ? nextLoad(url, context) : { format: "module", source, shortCircuit: true };
};
