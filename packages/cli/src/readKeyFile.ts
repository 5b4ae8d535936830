import { readFile } from "node:fs/promises";
import { readKeystore } from "@causeway/node/signer/readKeystore";
import { CausewayError } from "@causeway/protocol/errors";
import { toHex } from "@causeway/protocol/hex";
import { Wallet } from "ethers";

/**
 * Open a V3 keystore with the password in a file.
 * @throws KeystoreError, and "KeystoreInvalid" for an unreadable password file; the password is never named.
 */
export async function readKeyFile(keystore: string, passwordFile: string): Promise<Wallet> {
  const password = await readPassword(passwordFile);
  return new Wallet(toHex(await readKeystore(keystore, password)));
}

async function readPassword(path: string): Promise<string> {
  try {
    return (await readFile(path, "utf8")).replace(/\r?\n$/, "");
  } catch (cause) {
    throw new CausewayError(
      { code: "KeystoreInvalid", path },
      `cannot read password file ${path}: ${(cause as Error).message}`,
    );
  }
}
