import type { Mutation } from "./mutation.js";

/** Environment variable with the name of the mutation a process runs with. */
export const MUTATION_VARIABLE = "CAUSEWAY_MUTATION";

const LOADED = "causewayMutatedModules";

/** Code that tells, once it ran, that the mutated module is the one in use. */
export function loadedMark(module: string): string {
  return `\n(globalThis.${LOADED} ??= []).push(${JSON.stringify(module)});\n`;
}

/** @throws Error when a module of the mutation was not loaded: then nothing was tested. */
export function assertLoaded({ name, edits }: Mutation): void {
  const loaded: unknown = Reflect.get(globalThis, LOADED);
  for (const { module } of edits) {
    if (Array.isArray(loaded) && loaded.includes(module)) continue;
    throw new Error(`mutation ${name}: ${module} was not loaded; is it code that a simulated node runs?`);
  }
}
