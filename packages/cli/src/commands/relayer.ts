import { Command } from "commander";
import { consoleLog } from "../consoleLog.js";
import { integer } from "../options.js";
import { readGenesis } from "../readGenesis.js";
import { readKeyFile } from "../readKeyFile.js";
import { readRelayerFile } from "../relayerConfig.js";
import { untilStopped } from "../untilStopped.js";

const HEARTBEAT_SECONDS_MAX = 604_800;

export function relayerCommand(): Command {
  return new Command("relayer")
    .description("Attest finalized L1 state, carry messages, checkpoints and claims, or both.")
    .requiredOption("--config <path>", "configuration as written by causeway init (carrier-<i>/config.json)")
    .option("--heartbeat-seconds <s>", "longest time without a checkpoint", integer(1, HEARTBEAT_SECONDS_MAX))
    .addHelpText(
      "after",
      `
Anybody may carry: what is carried is proved. Attesters vote with the accounts named in the genesis. The status page at
statusHost:statusPort of the configuration tells what each transfer waits for.

Example:
  $ causeway relayer --config net/carrier-1/config.json`,
    )
    .action(async (flags: { config: string; heartbeatSeconds?: number }) => {
      const { startRelayer } = await import("@causeway/relayer/startRelayer");
      const { genesis, keystore, passwordFile, config } = await readRelayerFile(flags.config);
      const key = await readKeyFile(keystore, passwordFile);
      const relayer = await startRelayer({
        config: { ...config, heartbeatSeconds: flags.heartbeatSeconds ?? config.heartbeatSeconds },
        genesis: await readGenesis(genesis),
        ...(config.roles.includes("attest") ? { attesterKey: key } : {}),
        ...(config.roles.includes("carry") ? { carrierKey: key } : {}),
        logger: consoleLog(config.roles.join("+")),
      });
      await untilStopped(() => relayer.stop());
    });
}
