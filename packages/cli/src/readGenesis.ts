import { type Genesis, parseGenesis } from "@causeway/protocol/genesis";
import { readJson } from "./readJson.js";

/** @throws ConfigError or GenesisError naming file and field. */
export async function readGenesis(path: string): Promise<Genesis> {
  return parseGenesis(await readJson(path));
}
