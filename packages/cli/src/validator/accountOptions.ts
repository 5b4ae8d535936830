import { DEFAULT_PORTS } from "@causeway/devnet/ports";
import type { Command } from "commander";
import type { Wallet } from "ethers";
import { url } from "../options.js";
import { readKeyFile } from "../readKeyFile.js";

/** What commander makes of {@link addRpcOption}. */
export interface RpcFlags {
  readonly rpc: string;
}

/** What commander makes of {@link addAccountOptions}. */
export interface AccountFlags extends RpcFlags {
  readonly keystore: string;
  readonly passwordFile?: string;
}

export function addRpcOption(command: Command): Command {
  return command.option(
    "--rpc <url>",
    "RPC of a node that you trust",
    url,
    `http://127.0.0.1:${DEFAULT_PORTS.rpc}`,
  );
}

/** The account that signs a transaction to the ValidatorSet contract (V4). */
export function addAccountOptions(command: Command, who: string): Command {
  return addRpcOption(command)
    .requiredOption("--keystore <path>", `V3 keystore of ${who}`)
    .option(
      "--password-file <path>",
      "file with its password (default: beside it, .password instead of .json)",
    );
}

export function openAccount({ keystore, passwordFile }: AccountFlags): Promise<Wallet> {
  return readKeyFile(keystore, passwordFile ?? passwordFileBeside(keystore));
}

/** As `causeway init` and `causeway account new` lay them out. */
export function passwordFileBeside(keystore: string): string {
  return `${keystore.replace(/\.json$/, "")}.password`;
}
