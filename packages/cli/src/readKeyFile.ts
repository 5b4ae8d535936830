import { readFile } from "node:fs/promises";
import { CausewayError } from "@causeway/protocol/errors";
import { Wallet } from "ethers";

/**
 * Decrypt a V3 keystore with the password in a file.
 * @throws CausewayError "KeystoreInvalid" or "WrongPassword", naming the files and never the password.
 */
export async function readKeyFile(keystore: string, passwordFile: string): Promise<Wallet> {
  const json = await readText(keystore);
  const password = (await readText(passwordFile)).replace(/\r?\n$/, "");
  try {
    return new Wallet((await Wallet.fromEncryptedJson(json, password)).privateKey);
  } catch (cause) {
    if (
      (cause as { code?: string }).code === "INVALID_ARGUMENT" &&
      /password/.test((cause as Error).message)
    ) {
      throw new CausewayError(
        { code: "WrongPassword", keystore },
        `the password in ${passwordFile} does not open keystore ${keystore}`,
      );
    }
    throw new CausewayError({ code: "KeystoreInvalid", keystore }, `${keystore} is not a V3 keystore`, {
      cause,
    });
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new CausewayError(
      { code: "KeystoreInvalid", keystore: path },
      `cannot read ${path}: ${(cause as Error).message}`,
    );
  }
}
