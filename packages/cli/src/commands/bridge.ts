import { auditL1, auditSidechain } from "@causeway/bridge/auditBridge";
import { deployBridge } from "@causeway/bridge/deployBridge";
import type { GenesisCommitment } from "@causeway/bridge/genesisCommitment";
import { httpRpc } from "@causeway/bridge/httpRpc";
import { genesisBlock } from "@causeway/chain/genesis/genesisBlock";
import { CausewayError } from "@causeway/protocol/errors";
import { genesisBacking } from "@causeway/protocol/genesisBacking";
import { Command } from "commander";
import { formatEther, isHexString, JsonRpcProvider, type Signer, Wallet } from "ethers";
import { url, usageError } from "../options.js";
import { readGenesis } from "../readGenesis.js";
import { readKeyFile } from "../readKeyFile.js";

/** Environment variable with the deployer's private key, for those who keep it elsewhere than in a keystore. */
const DEPLOYER_KEY_VARIABLE = "CAUSEWAY_DEPLOYER_KEY";

interface DeployFlags {
  readonly genesis: string;
  readonly l1Rpc: string;
  readonly keystore?: string;
  readonly passwordFile?: string;
}

export function bridgeCommand(): Command {
  const command = new Command("bridge").description("Deploy and check the bridge.");
  command
    .command("deploy")
    .description(
      "Create the four L1 contracts from the deployer the genesis was made for, then check every address (B9).",
    )
    .requiredOption("--genesis <path>", "genesis file made with --l1-chain-id")
    .requiredOption("--l1-rpc <url>", "L1 RPC endpoint", url)
    .option("--keystore <path>", `V3 keystore of the deployer (or its key in $${DEPLOYER_KEY_VARIABLE})`)
    .option("--password-file <path>", "file with the keystore's password")
    .addHelpText(
      "after",
      "\nLocks the genesis balances of the sidechain in the Vault. Run again after a failure, it goes on where it stopped.",
    )
    .action(async (flags: DeployFlags) => {
      const commitment = await readCommitment(flags.genesis);
      const provider = new JsonRpcProvider(flags.l1Rpc, undefined, { batchMaxCount: 1 });
      try {
        const deployer = await deployerOf(flags, provider);
        process.stderr.write(`locking ${formatEther(genesisBacking(commitment.genesis))} ETH in the Vault\n`);
        const bridge = await deployBridge(
          httpRpc(flags.l1Rpc),
          deployer,
          commitment,
          ({ contract, address, done }) =>
            process.stderr.write(`${done ? "stands  " : "creating"} ${contract.padEnd(6)} ${address}\n`),
        );
        process.stdout.write(`${JSON.stringify(bridge)}\n`);
      } finally {
        provider.destroy();
      }
    });
  command
    .command("audit")
    .description("Check code, parameters, checkpoint 0 and backing of both sides from the two chains (B9).")
    .requiredOption("--genesis <path>", "genesis file")
    .requiredOption("--l1-rpc <url>", "L1 RPC endpoint", url)
    .requiredOption("--rpc <url>", "sidechain RPC endpoint", url)
    .action(async (flags: { genesis: string; l1Rpc: string; rpc: string }) => {
      const commitment = await readCommitment(flags.genesis);
      const findings = [
        ...(await auditL1(httpRpc(flags.l1Rpc), commitment)),
        ...(await auditSidechain(httpRpc(flags.rpc), commitment)),
      ];
      for (const { ok, contract, address, check, expected, actual } of findings) {
        const verdict = ok ? expected : `${actual}, must be ${expected}`;
        process.stdout.write(`${ok ? "✓" : "✗"} ${contract.padEnd(14)} ${address}  ${check}: ${verdict}\n`);
      }
      const failed = findings.filter(({ ok }) => !ok).length;
      if (failed > 0)
        throw new CausewayError({ code: "AuditFailed" }, `${failed} of ${findings.length} checks failed`);
    });
  return command;
}

async function readCommitment(path: string): Promise<GenesisCommitment> {
  const genesis = await readGenesis(path);
  const { hash, stateRoot } = await genesisBlock(genesis);
  return { genesis, genesisHash: hash, genesisStateRoot: stateRoot };
}

async function deployerOf(
  { keystore, passwordFile }: DeployFlags,
  provider: JsonRpcProvider,
): Promise<Signer> {
  const key = process.env[DEPLOYER_KEY_VARIABLE];
  if (keystore !== undefined) {
    if (passwordFile === undefined) throw usageError("--keystore needs --password-file");
    return (await readKeyFile(keystore, passwordFile)).connect(provider);
  }
  if (key === undefined)
    throw usageError(
      `give the deployer's key: --keystore with --password-file, or $${DEPLOYER_KEY_VARIABLE}`,
    );
  if (!isHexString(key, 32))
    throw usageError(`$${DEPLOYER_KEY_VARIABLE} must be 0x and 64 hexadecimal digits`);
  return new Wallet(key, provider);
}
