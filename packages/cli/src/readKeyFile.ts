import { existsSync } from "node:fs";
import { readKeystore } from "@causeway/node/signer/readKeystore";
import { toHex } from "@causeway/protocol/hex";
import { Wallet } from "ethers";
import { readPassword } from "./readPassword.js";

/**
 * Open a V3 keystore with the password in a file.
 * @throws KeystoreError, and "KeystoreInvalid" for an unreadable password file; the password is never named.
 */
export async function readKeyFile(keystore: string, passwordFile: string): Promise<Wallet> {
  // Its password is looked for beside it: when both are missing it is the keystore whose name is wrong.
  const password = existsSync(keystore) ? await readPassword(passwordFile) : "";
  return new Wallet(toHex(await readKeystore(keystore, password)));
}
