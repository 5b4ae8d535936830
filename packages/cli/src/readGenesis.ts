import { CausewayError } from "@causeway/protocol/errors";
import { type Genesis, parseGenesis } from "@causeway/protocol/genesis";
import { readJson } from "./readJson.js";

/** @throws ConfigError, or CausewayError "GenesisInvalid", naming file and field. */
export async function readGenesis(path: string): Promise<Genesis> {
  const json = await readJson(path, "genesis");
  try {
    return parseGenesis(json);
  } catch (cause) {
    if (!(cause instanceof CausewayError)) throw cause;
    const problem = cause.message.replace(/^genesis: /, "");
    throw new CausewayError({ code: "GenesisInvalid", path }, `genesis ${path}: ${problem}`, { cause });
  }
}
