import { auditL1, auditSidechain } from "@causeway/bridge/audit/auditBridge";
import { deployBridge } from "@causeway/bridge/deployment/deployBridge";
import type { GenesisCommitment } from "@causeway/bridge/deployment/genesisCommitment";
import { httpRpc } from "@causeway/bridge/rpc/httpRpc";
import type { RpcReader } from "@causeway/bridge/rpc/rpcReader";
import { CausewayError } from "@causeway/protocol/errors";
import type { Genesis } from "@causeway/protocol/genesis";
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
      `
Locks the genesis balances of the sidechain in the Vault. The deployer must send nothing else until all four contracts
stand: their addresses are part of the genesis. Run again after a failure, it goes on where it stopped.

Example:
  $ causeway bridge deploy --genesis net/genesis.json --l1-rpc https://… \\
      --keystore keys/deployer.json --password-file keys/deployer.password`,
    )
    .action(async (flags: DeployFlags) => {
      const commitment = await readCommitment(flags.genesis);
      const provider = new JsonRpcProvider(flags.l1Rpc, undefined, { batchMaxCount: 1 });
      try {
        const deployer = await deployerOf(flags, provider);
        await requireFunds(httpRpc(flags.l1Rpc), await deployer.getAddress(), commitment.genesis);
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
    .addHelpText(
      "after",
      `
Changes nothing and needs no key. Exits 1 when a check fails and names it.

Example:
  $ causeway bridge audit --genesis net/genesis.json --l1-rpc https://… --rpc http://127.0.0.1:8645`,
    )
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
  if (genesis.config.causeway.bridge === null) {
    throw usageError(
      `--genesis ${path} is of a chain without a bridge: make one with causeway init --l1-chain-id (B9)`,
    );
  }
  const { genesisBlock } = await import("@causeway/chain/genesis/genesisBlock");
  const { hash, stateRoot } = await genesisBlock(genesis);
  return { genesis, genesisHash: hash, genesisStateRoot: stateRoot };
}

/** The Vault is created last: a deployer that cannot pay it would leave three contracts and nothing to go on with. */
async function requireFunds(l1: RpcReader, deployer: string, genesis: Genesis): Promise<void> {
  const vault = genesis.config.causeway.bridge?.vault;
  if (vault === undefined || (await l1.send("eth_getCode", [vault, "latest"])) !== "0x") return;
  const locked = genesisBacking(genesis);
  const balance = BigInt(String(await l1.send("eth_getBalance", [deployer, "latest"])));
  if (balance <= locked) {
    throw usageError(
      `deployer ${deployer} has ${formatEther(balance)} ETH on L1, but must lock ${formatEther(locked)} ETH in the Vault and pay gas (B9)`,
    );
  }
  process.stderr.write(`locking ${formatEther(locked)} ETH in the Vault\n`);
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
