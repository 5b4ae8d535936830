import { readFileSync } from "node:fs";
import { CausewayError } from "@causeway/protocol/errors";
import { type Genesis, parseGenesis } from "@causeway/protocol/genesis";

/** @throws GenesisError naming the file, or the field of it. */
export function readGenesis(path: string): Genesis {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new CausewayError({ code: "GenesisInvalid", field: "(file)" }, `genesis ${path}: ${detail}`, {
      cause,
    });
  }
  return parseGenesis(json);
}
