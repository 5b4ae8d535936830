import { Command, InvalidArgumentError } from "commander";
import { createKeyFile } from "../init/keyFile.js";
import { SCRYPT_N } from "../init/scryptN.js";
import { readKeyFile } from "../readKeyFile.js";

export function accountCommand(): Command {
  const command = new Command("account").description("Create and look at keystores.");
  command
    .command("new")
    .description("Create a key in a V3 keystore with a random password in a file beside it.")
    .requiredOption("--dir <path>", "directory for <name>.json and <name>.password")
    .option("--name <name>", "name of the two files", fileName, "account")
    .addHelpText(
      "after",
      `
Example, for the L1 account that will deploy the bridge:
  $ causeway account new --dir keys --name deployer
Both files are readable by their owner only (0600) and are never overwritten.`,
    )
    .action(async ({ dir, name }: { dir: string; name: string }) => {
      const { address, keystore, passwordFile } = await createKeyFile(dir, name, SCRYPT_N.standard);
      process.stdout.write(`${address}\nkeystore  ${keystore}\npassword  ${passwordFile}\n`);
    });
  command
    .command("show")
    .description("Open a keystore and print its address.")
    .requiredOption("--keystore <path>", "V3 keystore")
    .requiredOption("--password-file <path>", "file with its password")
    .action(async ({ keystore, passwordFile }: { keystore: string; passwordFile: string }) => {
      const { address } = await readKeyFile(keystore, passwordFile);
      process.stdout.write(`${address.toLowerCase()}\n`);
    });
  return command;
}

function fileName(value: string): string {
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(value) || value.startsWith("."))
    throw new InvalidArgumentError("It must be 1 to 64 letters, digits, dots, dashes, not begin with a dot.");
  return value;
}
