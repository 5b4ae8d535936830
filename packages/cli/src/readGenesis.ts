import { CausewayError } from "@causeway/protocol/errors";
import { type EthereumGenesis, parseAnyGenesis } from "@causeway/protocol/ethereumGenesis";
import { type Genesis, parseGenesis } from "@causeway/protocol/genesis";
import { readJson } from "./readJson.js";

/** A genesis file of a chain of Causeway's. @throws ConfigError, or CausewayError "GenesisInvalid", naming file and field. */
export function readGenesis(path: string): Promise<Genesis> {
  return readAs(path, parseGenesis);
}

/** Like {@link readGenesis}, of any chain: `config.causeway` in the file decides which rules it follows. */
export function readAnyGenesis(path: string): Promise<Genesis | EthereumGenesis> {
  return readAs(path, parseAnyGenesis);
}

async function readAs<T>(path: string, parse: (json: unknown) => T): Promise<T> {
  const json = await readJson(path, "genesis", quoteWideIntegers);
  try {
    return parse(json);
  } catch (cause) {
    if (!(cause instanceof CausewayError)) throw cause;
    const problem = cause.message.replace(/^genesis: /, "");
    throw new CausewayError({ code: "GenesisInvalid", path }, `genesis ${path}: ${problem}`, { cause });
  }
}

/** geth writes and reads total difficulty and balances as JSON numbers that no double holds exactly. */
function quoteWideIntegers(text: string): string {
  return text.replace(/(:\s*)([0-9]{16,})(?=\s*[,}])/g, (all, colon: string, digits: string) =>
    Number.isSafeInteger(Number(digits)) ? all : `${colon}"${digits}"`,
  );
}
