import { EXIT } from "./exitCodes.js";

/** A program that has not ended by then is ended by force. */
const CLOSE_TIMEOUT_MS = 30_000;

/**
 * Wait for SIGINT or SIGTERM (or `ended`), then close. A second signal ends the process at once.
 * @param ended rejects or resolves when the program ends by itself.
 */
export async function untilStopped(
  close: () => Promise<void>,
  ended: Promise<void> = new Promise(() => {}),
): Promise<void> {
  const signalled = new Promise<void>((resolve) => {
    for (const name of ["SIGINT", "SIGTERM"] as const) {
      process.on(name, () => resolve());
    }
  });
  // Nothing else may hold the event loop while only sockets are open.
  const keepAlive = setInterval(() => {}, 2 ** 30);
  try {
    await Promise.race([signalled, ended]);
  } finally {
    clearInterval(keepAlive);
    setTimeout(() => {
      process.stderr.write(`causeway: did not close within ${CLOSE_TIMEOUT_MS / 1000} s, ending\n`);
      process.exit(EXIT.failure);
    }, CLOSE_TIMEOUT_MS).unref();
    await close();
  }
}
