import { Command } from "commander";
import { readKeyFile } from "../readKeyFile.js";
import { importKey } from "./keyRing.js";
import { openNode } from "./openNode.js";

interface Flags {
  readonly config: string;
  readonly keystore: string;
  readonly passwordFile: string;
}

export function importKeyCommand(): Command {
  return new Command("import-key")
    .description("Add a consensus key there already is to a node's key ring.")
    .requiredOption("--config <path>", "configuration of the node")
    .requiredOption("--keystore <path>", "V3 keystore of the key")
    .requiredOption("--password-file <path>", "file with the keystore's password")
    .addHelpText(
      "after",
      `
For a validator that moves to another machine, or whose key was made elsewhere. Stop every other node that holds the key
first: two that sign with one key contradict each other, which proves the validator faulty.

The key comes without a safety record, since nobody here knows what it has signed. The node therefore signs nothing with
it until it has seen a block certified after its own start, which the others must make meanwhile, and signs from the
next height on (W5). Where nobody else can make that block, start the node once with --accept-new-safety-record.

Example:
  $ causeway validator import-key --config node-2/config.json --keystore old/consensus.json --password-file old/consensus.password
  $ systemctl restart causeway-node`,
    )
    .action(async ({ config, keystore: from, passwordFile }: Flags) => {
      const wallet = await readKeyFile(from, passwordFile);
      const { address, keystore } = await importKey(await openNode(config), wallet);
      process.stdout.write(
        [
          `${address}`,
          `keystore  ${keystore}`,
          "next: restart the node; it signs with this key once it has seen a block newer than its start (W5)",
          "",
        ].join("\n"),
      );
    });
}
