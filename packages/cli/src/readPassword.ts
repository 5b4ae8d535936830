import { readFile } from "node:fs/promises";
import { CausewayError } from "@causeway/protocol/errors";

/**
 * The password in a file, without its last line break.
 * @throws CausewayError "KeystoreInvalid" when it cannot be read.
 */
export async function readPassword(path: string): Promise<string> {
  try {
    return (await readFile(path, "utf8")).replace(/\r?\n$/, "");
  } catch (cause) {
    throw new CausewayError(
      { code: "KeystoreInvalid", path },
      `cannot read password file ${path} (${(cause as NodeJS.ErrnoException).code})`,
    );
  }
}
