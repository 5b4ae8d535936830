import { Command } from "commander";
import { consoleLog } from "../consoleLog.js";
import { untilStopped } from "../untilStopped.js";

interface NodeFlags {
  readonly config: string;
  readonly acceptNewSafetyRecord?: true;
}

export function nodeCommand(): Command {
  return new Command("node")
    .description("Run a validator, or a follower when its configuration names no keystore.")
    .requiredOption("--config <path>", "configuration as written by causeway init (node-<i>/config.json)")
    .option(
      "--accept-new-safety-record",
      "sign at once with a key whose safety record is lost: it may then contradict what it signed before (W5); for one validator alone or total loss",
    )
    .addHelpText(
      "after",
      `
SIGINT or SIGTERM stops it in order. It syncs by itself and votes once it may.

Example:
  $ causeway node --config net/node-1/config.json
  $ curl -s http://127.0.0.1:8645/readyz

Exit codes: 0 stopped, 1 failure, 2 configuration, 3 safety stop (a second certificate for a finalized height).
See docs/operating.md for what to do in each case.`,
    )
    .action(async ({ config: path, acceptNewSafetyRecord }: NodeFlags) => {
      const { loadNodeConfig } = await import("@causeway/node/config/loadNodeConfig");
      const { startNode } = await import("@causeway/node/startNode");
      const config = loadNodeConfig(path);
      const log = consoleLog(config.name, config.logLevel);
      const node = await startNode(config, { log, acceptNewSafetyRecord: acceptNewSafetyRecord === true });
      await untilStopped(() => node.close(), node.ended);
    });
}
