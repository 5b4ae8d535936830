import { CausewayError } from "@causeway/protocol/errors";
import { CommanderError } from "commander";
import { EXIT, exitCodeOf } from "./exitCodes.js";
import { createProgram } from "./program.js";

const EXIT_GRACE_MS = 2_000;

/** Run the `causeway` command line. Sets the exit code (X9); errors are one message on stderr without a stack (X10). */
export async function main(argv: readonly string[]): Promise<void> {
  // Whoever read our output has gone (`causeway --help | head`): nothing is left to say.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(EXIT.ok);
  });
  try {
    await createProgram().parseAsync([...argv]);
  } catch (error) {
    process.exitCode = report(error);
  }
  // A connection that nobody waits for any more must not hold the process.
  setTimeout(() => process.exit(), EXIT_GRACE_MS).unref();
}

/** ethers puts whole transactions into its messages. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "shortMessage" in error ? String(error.shortMessage) : error.message;
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  process.stderr.write(`causeway: ${messageOf(error)}\n`);
  if (
    !(error instanceof CausewayError) &&
    process.env.CAUSEWAY_TRACE !== undefined &&
    error instanceof Error
  ) {
    process.stderr.write(`${error.stack}\n`);
  }
  return exitCodeOf(error);
}
