import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** Compiled tests run from test/dist/support. */
export const repositoryRoot = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
