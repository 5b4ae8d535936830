import { readFileSync } from "node:fs";
import { CausewayError } from "@causeway/protocol/errors";
import { type Genesis, parseGenesis } from "@causeway/protocol/genesis";

/** @throws GenesisError naming the file and the field. */
export function readGenesis(path: string): Genesis {
  return naming(path, () => parseGenesis(parseJson(readText(path))));
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw invalid(`cannot be read (${(cause as NodeJS.ErrnoException).code})`, cause);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid(`is not JSON: ${(cause as Error).message.replaceAll("\n", " ")}`, cause);
  }
}

/** Which file, beside what is wrong in it (X10). */
function naming<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof CausewayError)) throw cause;
    const problem = cause.message.replace(/^genesis: /, "");
    throw new CausewayError(cause.type, `genesis ${path}: ${problem}`, { cause });
  }
}

function invalid(message: string, cause: unknown): CausewayError<{ code: "GenesisInvalid" }> {
  return new CausewayError({ code: "GenesisInvalid", field: "(file)" }, message, { cause });
}
