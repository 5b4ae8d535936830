import { readFileSync } from "node:fs";
import { CausewayError } from "@causeway/protocol/errors";
import { isHex } from "@causeway/protocol/hex";
import { getBytes, isError, isKeystoreJson, Wallet } from "ethers";

/** `KeystoreInvalid`: missing, or not a V3 keystore. */
export type KeystoreError = CausewayError<{ code: "KeystoreInvalid" | "WrongPassword"; path: string }>;

/** A V3 keystore is under a kilobyte; anything far larger is not one. */
const KEYSTORE_BYTES_MAX = 64 * 1024;

/**
 * Decrypt a V3 keystore file (X9).
 * @returns the 32-byte private key.
 * @throws {KeystoreError}
 */
export async function readKeystore(path: string, password: string): Promise<Uint8Array> {
  const json = readText(path);
  if (json.length > KEYSTORE_BYTES_MAX || !isKeystoreJson(json)) {
    throw new CausewayError({ code: "KeystoreInvalid", path }, `keystore ${path}: not a V3 keystore file`);
  }
  try {
    const { privateKey } = await Wallet.fromEncryptedJson(json, password);
    if (!isHex(privateKey, 32)) throw new Error("not a private key");
    return getBytes(privateKey);
  } catch (cause) {
    if (isError(cause, "INVALID_ARGUMENT") && cause.argument === "password") {
      throw new CausewayError(
        { code: "WrongPassword", path },
        `keystore ${path}: the password does not open it; check passwordFile (or --password-file)`,
      );
    }
    throw new CausewayError({ code: "KeystoreInvalid", path }, `keystore ${path}: cannot be decrypted`, {
      cause,
    });
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code;
    throw new CausewayError(
      { code: "KeystoreInvalid", path },
      `keystore ${path}: cannot be read (${reason})`,
      { cause },
    );
  }
}
