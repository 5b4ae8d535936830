import { httpRpc } from "@causeway/bridge/rpc/httpRpc";
import type { Address } from "@causeway/protocol/hex";
import { Command } from "commander";
import { address } from "../options.js";
import { type AccountFlags, addAccountOptions, openAccount } from "./accountOptions.js";
import { nextEpochFrom, readValidatorSet } from "./readValidatorSet.js";
import { obtainReady } from "./readyCommand.js";
import { submitCall } from "./submitCall.js";

interface RotateFlags extends AccountFlags {
  readonly config?: string;
  readonly key?: Address;
  readonly signed?: string;
}

export function rotateCommand(): Command {
  const command = new Command("rotate")
    .description("Replace a validator's consensus key by a new one, as its operator.")
    .argument("<old-key>", "consensus key in the set", address)
    .option("--config <path>", "configuration of the node whose key ring holds the new key")
    .option(
      "--key <address>",
      "which key of the node is the new one, when several are not in the set",
      address,
    )
    .option("--signed <path>", "readiness of the new key as causeway validator ready --print printed it");
  return addAccountOptions(command, "the operator of the old key")
    .addHelpText(
      "after",
      `
The node must hold both keys when the change comes into force: it signs with the old one up to the end of the epoch, with
the new one after it. No vote is needed.

Example:
  $ causeway validator new-key --config node-2/config.json
  $ systemctl restart causeway-node
  $ causeway validator rotate 0xOldKey… --config node-2/config.json --keystore operator.json`,
    )
    .action(async (oldKey: Address, flags: RotateFlags) => {
      const { candidate, blockNumber, signature } = await obtainReady(flags, { isOwnSeat: false });
      const account = await openAccount(flags);
      const receipt = await submitCall(flags.rpc, account, "rotate", [
        oldKey,
        candidate,
        blockNumber,
        signature,
      ]);
      const { epochLength } = await readValidatorSet(httpRpc(flags.rpc));
      const from = nextEpochFrom(receipt.blockNumber - 1, epochLength);
      process.stdout.write(
        [
          `${oldKey} becomes ${candidate} at block ${from}`,
          "keep both keys in the node until then; afterwards sweep the old one and take it out of the configuration",
          "",
        ].join("\n"),
      );
    });
}
