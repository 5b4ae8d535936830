import type { Writable } from "node:stream";

/** Have a stream write in one piece what `write` gives it. */
export function corked(stream: Writable, write: () => void): void {
  stream.cork();
  try {
    write();
  } finally {
    stream.uncork();
  }
}
