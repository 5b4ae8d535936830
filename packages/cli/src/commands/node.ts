import { Command } from "commander";
import { consoleLog } from "../consoleLog.js";
import { addRpcOptions, type RpcFlags, rpcOverrides } from "../rpcOptions.js";
import { untilStopped } from "../untilStopped.js";

interface NodeFlags extends RpcFlags {
  readonly config: string;
  readonly acceptNewSafetyRecord?: true;
  readonly resumeAfterSafetyStop?: string;
}

export function nodeCommand(): Command {
  const command = new Command("node")
    .description("Run a validator, or a follower when its configuration names no keystore.")
    .requiredOption("--config <path>", "configuration as written by causeway init (node-<i>/config.json)")
    .option(
      "--accept-new-safety-record",
      "sign at once with a key whose safety record is lost: it may then contradict what it signed before (W5); for one validator alone or total loss",
    )
    .option(
      "--resume-after-safety-stop <id>",
      "vote and import again after the safety stop with this id (see the log or causeway_getEvidence), once its cause is known and gone (F2): a node that goes on regardless helps to fork the chain. Ends this one stop and no later one",
    );
  return addRpcOptions(command)
    .addHelpText(
      "after",
      `
SIGINT or SIGTERM stops it in order. It syncs by itself and votes once it may.

A flag stands in place of the setting in the configuration. A request beyond a limit is answered with an error that names
the limit and its flag. The admin port wants an HS256 token with an "iat" of the last 60 seconds (engine API convention).

Example:
  $ causeway node --config net/node-1/config.json
  $ curl -s http://127.0.0.1:8645/readyz
  $ cast block-number --rpc-url net/node-1/causeway.ipc

Exit codes: 0 stopped, 1 failure, 2 configuration, 3 safety stop (a second certificate for a finalized height).
See docs/operating.md for what to do in each case.`,
    )
    .action(async (flags: NodeFlags) => {
      const { config: path, acceptNewSafetyRecord, resumeAfterSafetyStop } = flags;
      const { accessOf } = await import("../accessOf.js");
      // Once in the config they would be named as its settings.
      accessOf(flags);
      const { loadNodeConfig } = await import("@causeway/node/config/loadNodeConfig");
      const { startNode } = await import("@causeway/node/startNode");
      const config = loadNodeConfig(path, rpcOverrides(flags));
      const log = consoleLog(config.name, config.logLevel);
      const node = await startNode(config, {
        log,
        setLogLevel: (level) => {
          log.level = level;
        },
        acceptNewSafetyRecord: acceptNewSafetyRecord === true,
        resumeAfterSafetyStop,
      });
      await untilStopped(() => node.close(), node.ended);
    });
}
