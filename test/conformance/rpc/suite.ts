import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { repositoryRoot } from "../../support/repositoryRoot.js";
import { parseFixture, type RpcFixture } from "./parseFixture.js";

/** Folder of the rpc-compat suite: $CAUSEWAY_RPC_COMPAT, else beside the repository; null where there is none. */
export function suiteFolder(): string | null {
  const named = process.env.CAUSEWAY_RPC_COMPAT;
  if (named !== undefined && !existsSync(join(named, "genesis.json"))) {
    throw new Error(`CAUSEWAY_RPC_COMPAT=${named} holds no genesis.json`);
  }
  const folder = named ?? join(dirname(repositoryRoot), "shared", "conformance", "rpc-compat");
  return existsSync(join(folder, "genesis.json")) ? folder : null;
}

/** Every fixture, by method and then by file in the order of code points: what sends comes before txpool_*. */
export function readSuite(folder: string): RpcFixture[] {
  const methods = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return methods
    .flatMap(({ name: method }) =>
      readdirSync(join(folder, method))
        .filter((file) => file.endsWith(".io"))
        .map((file) => `${method}/${file}`),
    )
    .sort((a, b) => (a < b ? -1 : 1))
    .map((name) => parseFixture(name, readFileSync(join(folder, name), "utf8")));
}

/** A file of this folder's sources: compiled tests run elsewhere. */
function readList<T>(file: string): T {
  return JSON.parse(readFileSync(join(repositoryRoot, "test", "conformance", "rpc", file), "utf8")) as T;
}

/** Fixtures that need not pass, each with its reason. */
export function readExclusions(): Readonly<Record<string, string>> {
  return readList("exclusions.json");
}

/** Count of fixtures that must pass. */
export function readFloor(): number {
  return readList<{ readonly passing: number }>("floor.json").passing;
}
