import { Readable, type Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { chainError } from "@causeway/chain/chainError";

/** geth's sign of a compressed file. */
export function isGzipName(file: string): boolean {
  return file.endsWith(".gz");
}

/**
 * What was compressed, piece by piece: no more is held than zlib's window and what waits to be read.
 * @throws ChainError "file.truncated" where the end is missing, "file.gzip" for what is no gzip.
 */
export async function* gunzipped(
  pieces: AsyncIterable<Uint8Array>,
  file: string,
): AsyncGenerator<Uint8Array> {
  try {
    yield* through(pieces, createGunzip());
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === "Z_BUF_ERROR")
      throw chainError("file.truncated", `${file} ends before its gzip does`, cause);
    if (code?.startsWith("Z_")) throw chainError("file.gzip", `${file} is no gzip: ${message}`, cause);
    throw cause;
  }
}

/** Pieces compressed, with no more of them on the way than their reader keeps up with. */
export function gzipped(pieces: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  return through(pieces, createGzip());
}

async function* through(pieces: AsyncIterable<Uint8Array>, transform: Transform): AsyncGenerator<Uint8Array> {
  // Reading the transform fails with what failed before it.
  pipeline(Readable.from(pieces), transform).catch(() => {});
  yield* transform as AsyncIterable<Uint8Array>;
}
