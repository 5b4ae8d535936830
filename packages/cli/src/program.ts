import { Command } from "commander";
import { accountCommand } from "./commands/account.js";
import { bridgeCommand } from "./commands/bridge.js";
import { chainCommand } from "./commands/chain.js";
import { devnetCommand } from "./commands/devnet.js";
import { explorerCommand } from "./commands/explorer.js";
import { initCommand } from "./commands/init.js";
import { nodeCommand } from "./commands/node.js";
import { relayerCommand } from "./commands/relayer.js";
import { simCommand } from "./commands/sim.js";
import { validatorCommand } from "./commands/validator.js";

/**
 * The whole command line; what is wrong with arguments is thrown as CommanderError. Each command imports the package it
 * runs only when it runs, so that a relayer does not wait for the explorer to load.
 */
export function createProgram(): Command {
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
    validatorCommand(),
    bridgeCommand(),
    relayerCommand(),
    explorerCommand(),
    chainCommand(),
    accountCommand(),
    simCommand(),
  ];
  for (const command of commands) program.addCommand(inheritExit(command, "causeway"));
  return program;
}

/** commander applies exitOverride to one command only. */
function inheritExit(command: Command, parent: string): Command {
  const path = `${parent} ${command.name()}`;
  command.exitOverride().showHelpAfterError(`(${path} --help shows the options)`);
  for (const sub of command.commands) inheritExit(sub, path);
  return command;
}
