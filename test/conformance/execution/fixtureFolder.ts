import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { repositoryRoot } from "../../support/repositoryRoot.js";

/** Folder of execution fixtures: $CAUSEWAY_FIXTURES or `execution` in it, else beside the repository; null where there is none. */
export function fixtureFolder(): string | null {
  const named = process.env.CAUSEWAY_FIXTURES;
  if (named !== undefined && !existsSync(named)) throw new Error(`CAUSEWAY_FIXTURES=${named} does not exist`);
  const root = named ?? join(dirname(repositoryRoot), "shared", "conformance");
  const below = join(root, "execution");
  if (existsSync(below)) return below;
  return named ?? null;
}
