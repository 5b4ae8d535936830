import { readFileSync } from "node:fs";
import { CausewayError } from "@causeway/protocol/errors";
import { fromHex, isHex } from "@causeway/protocol/hex";
import { KeyRing, type Signer } from "../signer/keyRing.js";
import { readKeystore } from "../signer/readKeystore.js";
import type { NodeConfig } from "./nodeConfig.js";

/** Bytes of the ed25519 seed behind the node identity. */
const IDENTITY_SEED_BYTES = 32;

/**
 * Decrypt the consensus keys a config names.
 * @throws KeystoreError, or CausewayError "ConfigInvalid" for an unreadable password file.
 */
export async function openKeys(config: NodeConfig): Promise<Signer> {
  if (config.keystores.length === 0) return new KeyRing([]);
  const password = readSetting(config.passwordFile ?? "", "passwordFile").replace(/\r?\n$/, "");
  return new KeyRing(await Promise.all(config.keystores.map((path) => readKeystore(path, password))));
}

/** @throws CausewayError "ConfigInvalid" when the file does not hold 32 bytes of hex. */
export function readIdentitySeed({ p2p: { identityFile } }: NodeConfig): Uint8Array {
  const text = readSetting(identityFile, "p2p.identityFile").trim();
  if (!isHex(text, IDENTITY_SEED_BYTES)) {
    throw invalid("p2p.identityFile", `${identityFile} must hold ${IDENTITY_SEED_BYTES} bytes of 0x hex`);
  }
  return fromHex(text);
}

function readSetting(path: string, field: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw invalid(field, `${path} cannot be read (${(cause as NodeJS.ErrnoException).code})`, cause);
  }
}

function invalid(field: string, problem: string, cause?: unknown): CausewayError<{ code: "ConfigInvalid" }> {
  return new CausewayError({ code: "ConfigInvalid", field }, `config: "${field}": ${problem}`, { cause });
}
