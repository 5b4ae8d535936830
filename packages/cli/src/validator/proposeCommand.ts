import { VALIDATOR_SET } from "@causeway/bridge/contractInterfaces";
import { httpRpc } from "@causeway/bridge/rpc/httpRpc";
import { type Address, ZERO_ADDRESS } from "@causeway/protocol/hex";
import { Argument, Command } from "commander";
import type { TransactionReceipt } from "ethers";
import { address, usageError } from "../options.js";
import { type AccountFlags, addAccountOptions, openAccount } from "./accountOptions.js";
import { CHANGES, type Change } from "./readProposals.js";
import { reportProposal } from "./reportProposal.js";
import { submitCall } from "./submitCall.js";

export function proposeCommand(): Command {
  const command = new Command("propose")
    .description("Propose a change of the set, as an operator, and vote for it.")
    .addArgument(new Argument("<change>", "what to change").choices(CHANGES))
    .argument("<account>", "consensus key of the validator, or the attester", address)
    .option("--operator <address>", "who will operate the validator; for add", address);
  return addAccountOptions(command, "an operator of the present set")
    .addHelpText(
      "after",
      `
Two thirds of the validators in the list must agree (V3): ceil(2n/3) votes, of which this is the first. The proposal
ends after two epochs and with any other change of the set. A new validator also has to show that its node runs (ready).

Examples:
  $ causeway validator propose add 0xNewKey… --operator 0xItsOperator… --keystore net/node-1/operator.json
  $ causeway validator propose remove 0xKey… --keystore net/node-1/operator.json
  $ causeway validator propose add-attester 0xAccount… --keystore net/node-1/operator.json`,
    )
    .action(
      async (change: Change, subject: Address, flags: AccountFlags & { readonly operator?: Address }) => {
        if ((change === "add") !== (flags.operator !== undefined)) {
          throw usageError(
            change === "add"
              ? "propose add needs --operator: the account that will vote for this validator and rotate its key (V4)"
              : `propose ${change} takes no --operator: only an add names one`,
          );
        }
        const account = await openAccount(flags);
        const receipt = await submitCall(flags.rpc, account, "propose", [
          CHANGES.indexOf(change),
          subject,
          flags.operator ?? ZERO_ADDRESS,
        ]);
        process.stdout.write(await reportProposal(httpRpc(flags.rpc), idOf(receipt), receipt.blockNumber));
      },
    );
}

function idOf({ logs, hash }: TransactionReceipt): number {
  for (const log of logs) {
    const event = VALIDATOR_SET.parseLog(log);
    if (event?.name === "Proposed") return Number(event.args.id);
  }
  throw new Error(`transaction ${hash} made no proposal`);
}
