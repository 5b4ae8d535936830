import { Command } from "commander";
import { importKeyCommand } from "../validator/importKeyCommand.js";
import { initNodeCommand } from "../validator/initNodeCommand.js";
import { listCommand } from "../validator/listCommand.js";
import { newKeyCommand } from "../validator/newKeyCommand.js";
import { proposeCommand } from "../validator/proposeCommand.js";
import { readyCommand } from "../validator/readyCommand.js";
import { removeSelfCommand } from "../validator/removeSelfCommand.js";
import { rotateCommand } from "../validator/rotateCommand.js";
import { sweepCommand } from "../validator/sweepCommand.js";
import { executeCommand, voteCommand } from "../validator/voteCommand.js";

export function validatorCommand(): Command {
  const command = new Command("validator")
    .description("Show and change the validator set: votes of operators, keys of nodes.")
    .addHelpText(
      "after",
      `
A validator has a consensus key, which its node holds, and an operator, an account kept elsewhere that votes for it. Two
thirds of the validators add and remove; an operator alone rotates or takes out its own key. Changes come into force at
the end of the epoch. docs/operating.md goes through each step by step.

A new validator joins:
  $ causeway validator init-node --dir node-5 --genesis genesis.json --boot-peer /ip4/…
  $ causeway validator propose add 0xKey… --operator 0xOperator… --keystore node-1/operator.json
  $ causeway validator vote 0 --keystore node-2/operator.json
  $ causeway validator ready --config node-5/config.json --keystore node-1/operator.json
  $ causeway validator vote 0 --keystore node-3/operator.json`,
    );
  const subcommands = [
    listCommand(),
    proposeCommand(),
    voteCommand(),
    executeCommand(),
    initNodeCommand(),
    newKeyCommand(),
    importKeyCommand(),
    readyCommand(),
    rotateCommand(),
    removeSelfCommand(),
    sweepCommand(),
  ];
  for (const sub of subcommands) command.addCommand(sub);
  return command;
}
