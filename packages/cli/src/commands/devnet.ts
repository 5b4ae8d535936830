import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { DEFAULT_PORTS } from "@causeway/devnet/ports";
import { MAX_VALIDATORS } from "@causeway/protocol/validatorSet";
import { Command } from "commander";
import { devnetReport } from "../devnetReport.js";
import { integer, port } from "../options.js";
import { addPortOptions, type PortFlags, portBases } from "../portOptions.js";
import { DEVNET_CHAIN_ID } from "./init.js";

const DEFAULT_DIR = ".causeway/devnet";
const CAUSEWAY_BIN = fileURLToPath(new URL("../../../bin/causeway.js", import.meta.url));

interface DevnetFlags extends PortFlags {
  readonly once?: true;
  readonly json?: true;
  readonly keep?: string;
  readonly dataDir: string;
  readonly chainId: number;
  readonly validators: number;
  readonly l1Port: number;
}

export function devnetCommand(): Command {
  const command = new Command("devnet")
    .description(
      "Run everything on this machine: an L1, four validators, the bridge, relayers and the explorer.",
    )
    .option("--once", "end after the demonstration crossing")
    .option("--json", "one JSON object per event on stdout")
    .option("--data-dir <path>", "where all files go; started afresh each time", DEFAULT_DIR)
    .option("--keep <path>", "keep the devnet in this directory and go on with it next time")
    .option(
      "--chain-id <id>",
      "chain id of the sidechain",
      integer(1, Number.MAX_SAFE_INTEGER),
      DEVNET_CHAIN_ID,
    )
    .option("--validators <n>", "number of validators", integer(1, MAX_VALIDATORS), 4)
    .option("--l1-port <port>", "port of the L1", port, DEFAULT_PORTS.l1);
  return addPortOptions(command)
    .addHelpText(
      "after",
      `
Examples:
  $ causeway devnet                    stays up until Ctrl-C
  $ causeway devnet --once --json      crosses both ways, then exits 0; JSON lines on stdout
  $ causeway devnet --keep ~/my-chain  the same chain again next time`,
    )
    .action(async (flags: DevnetFlags) => {
      const { runDevnet } = await import("@causeway/devnet/runDevnet");
      const interrupted = new AbortController();
      for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => interrupted.abort(name));
      const dir = resolve(flags.keep ?? flags.dataDir);
      const report = devnetReport({ json: flags.json === true, once: flags.once === true, dir });
      report.starting();
      await runDevnet(
        {
          dir,
          keep: flags.keep !== undefined,
          causeway: CAUSEWAY_BIN,
          chainId: flags.chainId,
          validators: flags.validators,
          once: flags.once === true,
          ports: { l1: flags.l1Port, ...portBases(flags) },
        },
        report.event,
        interrupted.signal,
      );
      report.ended();
    });
}
