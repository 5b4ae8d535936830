import { httpRpc } from "@causeway/bridge/rpc/httpRpc";
import type { Address } from "@causeway/protocol/hex";
import { Command } from "commander";
import { address } from "../options.js";
import { type AccountFlags, addAccountOptions, openAccount } from "./accountOptions.js";
import { nextEpochFrom, readValidatorSet } from "./readValidatorSet.js";
import { submitCall } from "./submitCall.js";

export function removeSelfCommand(): Command {
  const command = new Command("remove-self")
    .description("Take one's own validator out of the set, as its operator; no vote is needed.")
    .argument("<key>", "consensus key in the set", address);
  return addAccountOptions(command, "the operator of this key")
    .addHelpText(
      "after",
      `
The node must go on until the end of the epoch: until then its votes count. To come back takes a proposal and votes.

Example:
  $ causeway validator remove-self 0xKey… --keystore operator.json`,
    )
    .action(async (key: Address, flags: AccountFlags) => {
      const receipt = await submitCall(flags.rpc, await openAccount(flags), "removeSelf", [key]);
      const { epochLength } = await readValidatorSet(httpRpc(flags.rpc));
      const from = nextEpochFrom(receipt.blockNumber - 1, epochLength);
      process.stdout.write(`${key} leaves the set at block ${from}; keep its node running until then\n`);
    });
}
