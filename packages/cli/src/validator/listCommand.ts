import { httpRpc } from "@causeway/bridge/rpc/httpRpc";
import { Command } from "commander";
import { addRpcOption, type RpcFlags } from "./accountOptions.js";
import { formatValidatorSet } from "./formatValidatorSet.js";
import { readValidatorSet } from "./readValidatorSet.js";

export function listCommand(): Command {
  const command = new Command("list")
    .description("Show the set in force, what changes at the next epoch, and open proposals.")
    .option("--json", "the same as one JSON object");
  return addRpcOption(command)
    .addHelpText(
      "after",
      `
Needs no key. A proposal shows its votes, until when it is open, and what it waits for.

Examples:
  $ causeway validator list
  $ causeway validator list --rpc http://10.0.0.2:8645 --json`,
    )
    .action(async ({ rpc, json }: RpcFlags & { json?: true }) => {
      const state = await readValidatorSet(httpRpc(rpc));
      process.stdout.write(json ? `${JSON.stringify(state, bigintAsText)}\n` : formatValidatorSet(state));
    });
}

/** Wei do not fit into JSON numbers. */
function bigintAsText(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
