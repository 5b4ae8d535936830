import { join } from "node:path";
import { repositoryRoot } from "../../support/repositoryRoot.js";

/** What is installed or compiled on demand and survives a run; never committed. */
export function toolCache(): string {
  return join(repositoryRoot, "node_modules/.cache/causeway-tools");
}
