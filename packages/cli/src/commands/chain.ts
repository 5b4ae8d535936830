import { Command } from "commander";
import { exportCommand } from "../chain/exportCommand.js";
import { headCommand } from "../chain/headCommand.js";
import { importCommand } from "../chain/importCommand.js";
import { pruneCommand } from "../chain/pruneCommand.js";
import { reindexCommand } from "../chain/reindexCommand.js";
import { restoreCommand } from "../chain/restoreCommand.js";
import { serveCommand } from "../chain/serveCommand.js";
import { snapshotCommand } from "../chain/snapshotCommand.js";

export function chainCommand(): Command {
  return new Command("chain")
    .description("Inspect, copy and repair a node's chain while the node is stopped.")
    .addCommand(headCommand())
    .addCommand(importCommand())
    .addCommand(exportCommand())
    .addCommand(snapshotCommand())
    .addCommand(restoreCommand())
    .addCommand(reindexCommand())
    .addCommand(pruneCommand())
    .addCommand(serveCommand());
}
