import { CausewayError } from "@causeway/protocol/errors";
import { Command, CommanderError } from "commander";
import { accountCommand } from "./commands/account.js";
import { bridgeCommand } from "./commands/bridge.js";
import { chainCommand } from "./commands/chain.js";
import { devnetCommand } from "./commands/devnet.js";
import { explorerCommand } from "./commands/explorer.js";
import { initCommand } from "./commands/init.js";
import { nodeCommand } from "./commands/node.js";
import { relayerCommand } from "./commands/relayer.js";
import { EXIT, exitCodeOf } from "./exitCodes.js";

const EXIT_GRACE_MS = 2_000;

/** Run the `causeway` command line. Sets the exit code (X9); errors are one message on stderr without a stack (X10). */
export async function main(argv: readonly string[]): Promise<void> {
  const program = new Command("causeway")
    .description("A proof-of-authority EVM chain joined to Ethereum by a two-way bridge.")
    .version("0.1.0")
    .showHelpAfterError("(causeway --help shows the commands, causeway <command> --help their options)")
    .addHelpText(
      "after",
      `
Start here:
  $ causeway devnet                          everything on this machine, with a demonstration crossing
  $ causeway init --validators 4 --dir net   keys, genesis and one config per node
  $ causeway node --config net/node-1/config.json

Exit codes: 0 ok, 1 failure, 2 usage or configuration, 3 safety stop.`,
    )
    .exitOverride();
  const commands = [
    devnetCommand(),
    initCommand(),
    nodeCommand(),
    bridgeCommand(),
    relayerCommand(),
    explorerCommand(),
    chainCommand(),
    accountCommand(),
  ];
  for (const command of commands) program.addCommand(inheritExit(command));
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    process.exitCode = report(error);
  }
  // A connection that nobody waits for any more must not hold the process.
  setTimeout(() => process.exit(), EXIT_GRACE_MS).unref();
}

/** commander applies exitOverride to one command only. */
function inheritExit(command: Command): Command {
  command.exitOverride().showHelpAfterError(`(causeway ${command.name()} --help shows the options)`);
  for (const sub of command.commands) inheritExit(sub);
  return command;
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  process.stderr.write(`causeway: ${error instanceof Error ? error.message : String(error)}\n`);
  if (
    !(error instanceof CausewayError) &&
    process.env.CAUSEWAY_TRACE !== undefined &&
    error instanceof Error
  ) {
    process.stderr.write(`${error.stack}\n`);
  }
  return exitCodeOf(error);
}
