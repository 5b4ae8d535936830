import { randomBytes } from "node:crypto";
import { CausewayError } from "@causeway/protocol/errors";
import { fromHex, isHex } from "@causeway/protocol/hex";
import type { FileSystem } from "../ports/fileSystem.js";

export type JwtSecretError = CausewayError<{ code: "JwtSecretInvalid"; path: string }>;

const SECRET_BYTES = 32;

/**
 * The secret of the admin port's tokens: 32 bytes of hex, with or without 0x, as the engine API keeps them. A file that
 * does not exist is made, for its owner alone.
 * @throws {JwtSecretError} for a file that cannot be read or written, or holds something else.
 */
export function jwtSecret(files: FileSystem, path: string): Uint8Array {
  const text = readOrMake(files, path).trim().toLowerCase();
  const hex = text.startsWith("0x") ? text : `0x${text}`;
  if (isHex(hex, SECRET_BYTES)) return fromHex(hex);
  throw invalid(path, `must hold ${SECRET_BYTES} bytes of hex`);
}

function readOrMake(files: FileSystem, path: string): string {
  try {
    const found = files.read(path);
    if (found !== null) return Buffer.from(found).toString("utf8");
    const made = randomBytes(SECRET_BYTES).toString("hex");
    // Under its name only as a whole: half of one, which a full disk leaves, would keep the node from every later start.
    const draft = `${path}.new`;
    files.write(draft, Buffer.from(made));
    files.sync(draft);
    files.rename(draft, path);
    return made;
  } catch (cause) {
    throw invalid(path, `cannot be read or made: ${cause instanceof Error ? cause.message : cause}`, cause);
  }
}

function invalid(path: string, problem: string, cause?: unknown): JwtSecretError {
  const message = `admin: ${path} ${problem} ("admin.jwtSecretFile", --admin-jwt-secret)`;
  return new CausewayError({ code: "JwtSecretInvalid", path }, message, { cause });
}
