import { Command } from "commander";
import { createKey } from "./keyRing.js";
import { openNode } from "./openNode.js";

export function newKeyCommand(): Command {
  return new Command("new-key")
    .description("Create a consensus key with its safety record and add it to a node's key ring.")
    .requiredOption("--config <path>", "configuration of the node")
    .addHelpText(
      "after",
      `
First step of a rotation, and of a follower that becomes a candidate. A key needs its own record from the start (W5), so
never copy a keystore into a node by hand. The node reads its keys when it starts.

Example:
  $ causeway validator new-key --config node-2/config.json
  $ systemctl restart causeway-node`,
    )
    .action(async ({ config: path }: { readonly config: string }) => {
      const { address, keystore } = await createKey(await openNode(path));
      process.stdout.write(
        [
          `${address}`,
          `keystore  ${keystore}`,
          "next: restart the node, which now holds this key too",
          "",
        ].join("\n"),
      );
    });
}
