import { randomBytes } from "node:crypto";
import { mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Address } from "@causeway/protocol/hex";
import { encryptKeystoreJson, Wallet } from "ethers";
import { usageError } from "../options.js";
import { fileNotWritten } from "../writeDrafts.js";

/** Readable by its owner only. */
const SECRET_MODE = 0o600;
const PASSWORD_BYTES = 24;

type Key = Pick<Wallet, "address" | "privateKey">;

/** A key in a V3 keystore beside its password (X9). */
export interface KeyFile {
  readonly address: Address;
  readonly keystore: string;
  readonly passwordFile: string;
  readonly privateKey: string;
}

/**
 * Create `<dir>/<name>.json` and `<dir>/<name>.password`. Neither is ever overwritten.
 * @param scryptN work factor: 262,144, on devnets 4,096 (X9).
 * @param wallet the key; by default a new one.
 */
export async function createKeyFile(
  dir: string,
  name: string,
  scryptN: number,
  wallet: Key = Wallet.createRandom(),
): Promise<KeyFile> {
  await mkdir(dir, { recursive: true, mode: 0o700 }).catch((cause: NodeJS.ErrnoException) => {
    throw usageError(`directory ${dir} cannot be created (${cause.code})`);
  });
  const keystore = join(dir, `${name}.json`);
  const passwordFile = join(dir, `${name}.password`);
  const password = randomBytes(PASSWORD_BYTES).toString("hex");
  const created = await createKeystore(keystore, wallet, password, scryptN);
  await writeSecret(passwordFile, `${password}\n`);
  return { ...created, keystore, passwordFile };
}

/**
 * Create a V3 keystore for a key under a password there already is.
 * @throws CausewayError "Usage" when the file exists.
 */
export async function createKeystore(
  path: string,
  { address, privateKey }: Key,
  password: string,
  scryptN: number,
): Promise<Pick<KeyFile, "address" | "privateKey">> {
  const json = await encryptKeystoreJson({ address, privateKey }, password, {
    scrypt: { N: scryptN, r: 8, p: 1 },
  });
  await writeSecret(path, `${json}\n`);
  return { address: address.toLowerCase() as Address, privateKey };
}

/**
 * A new file for its owner alone, durable when this returns; a failure leaves none.
 * @throws CausewayError "Usage" when the file exists: a key is never overwritten; CausewayError "FileNotWritten".
 */
export async function writeSecret(path: string, content: string): Promise<void> {
  const file = await open(path, "wx", SECRET_MODE).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== "EEXIST") throw fileNotWritten(path, cause);
    throw usageError(`${path} exists, and keys are never overwritten: give another directory or name`);
  });
  try {
    await file.writeFile(content);
    await file.sync();
  } catch (cause) {
    await rm(path, { force: true });
    throw fileNotWritten(path, cause as NodeJS.ErrnoException);
  } finally {
    await file.close();
  }
}
