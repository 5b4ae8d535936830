import { httpRpc } from "@causeway/bridge/rpc/httpRpc";
import { Command } from "commander";
import { integer } from "../options.js";
import { type AccountFlags, addAccountOptions, openAccount } from "./accountOptions.js";
import { reportProposal } from "./reportProposal.js";
import { submitCall } from "./submitCall.js";

const proposalId = integer(0, Number.MAX_SAFE_INTEGER);

export function voteCommand(): Command {
  const command = new Command("vote")
    .description("Vote for a proposal with all validators of an operator.")
    .argument("<id>", "id of the proposal, as list shows it", proposalId);
  return addAccountOptions(command, "the operator that votes")
    .addHelpText(
      "after",
      `
The vote is a transaction signed here with the operator's keystore; no node and no RPC method votes (V4). The vote that
completes two thirds also executes the proposal, if the epoch still allows a change and a new validator is ready.

Example:
  $ causeway validator vote 3 --keystore net/node-2/operator.json`,
    )
    .action((id: number, flags: AccountFlags) => act("vote", id, flags));
}

export function executeCommand(): Command {
  const command = new Command("execute")
    .description("Execute a proposal that has its votes and had to wait for something else.")
    .argument("<id>", "id of the proposal, as list shows it", proposalId);
  return addAccountOptions(command, "any account with ether for gas")
    .addHelpText(
      "after",
      `
For a proposal whose last vote came before the candidate was ready, or in an epoch that had its changes.

Example:
  $ causeway validator execute 3 --keystore net/node-2/operator.json`,
    )
    .action((id: number, flags: AccountFlags) => act("execute", id, flags));
}

async function act(fn: "vote" | "execute", id: number, flags: AccountFlags): Promise<void> {
  const receipt = await submitCall(flags.rpc, await openAccount(flags), fn, [id]);
  process.stdout.write(await reportProposal(httpRpc(flags.rpc), id, receipt.blockNumber));
}
