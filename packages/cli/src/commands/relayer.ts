import { dirname, resolve } from "node:path";
import { startRelayer } from "@causeway/relayer/startRelayer";
import { Command } from "commander";
import { consoleLog } from "../consoleLog.js";
import { integer } from "../options.js";
import { readGenesis } from "../readGenesis.js";
import { readConfig } from "../readJson.js";
import { readKeyFile } from "../readKeyFile.js";
import { relayerFileSchema } from "../relayerConfig.js";
import { untilStopped } from "../untilStopped.js";

const HEARTBEAT_SECONDS_MAX = 604_800;

export function relayerCommand(): Command {
  return new Command("relayer")
    .description("Attest finalized L1 state, carry messages, checkpoints and claims, or both.")
    .requiredOption("--config <path>", "configuration as written by causeway init (carrier-<i>/config.json)")
    .option("--heartbeat-seconds <s>", "longest time without a checkpoint", integer(1, HEARTBEAT_SECONDS_MAX))
    .action(async (flags: { config: string; heartbeatSeconds?: number }) => {
      const {
        genesis: genesisPath,
        keystore,
        passwordFile,
        ...file
      } = await readConfig(flags.config, relayerFileSchema);
      const base = dirname(resolve(flags.config));
      const genesis = await readGenesis(resolve(base, genesisPath));
      const key = await readKeyFile(resolve(base, keystore), resolve(base, passwordFile));
      const relayer = await startRelayer({
        config: {
          ...file,
          dataDir: resolve(base, file.dataDir),
          heartbeatSeconds: flags.heartbeatSeconds ?? file.heartbeatSeconds,
        },
        genesis,
        ...(file.roles.includes("attest") ? { attesterKey: key } : {}),
        ...(file.roles.includes("carry") ? { carrierKey: key } : {}),
        logger: consoleLog(file.roles.join("+")),
      });
      await untilStopped(() => relayer.stop());
    });
}
