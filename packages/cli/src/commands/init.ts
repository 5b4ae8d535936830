import { DEFAULT_PORTS } from "@causeway/devnet/ports";
import type { Address } from "@causeway/protocol/hex";
import { DEVNET_L1_CHAIN_ID } from "@causeway/protocol/predeploys";
import { maxFaulty } from "@causeway/protocol/quorum";
import { MAX_VALIDATORS } from "@causeway/protocol/validatorSet";
import { Command, InvalidArgumentError } from "commander";
import { formatEther, parseEther } from "ethers";
import type { Funding, InitOptions } from "../init/initNetwork.js";
import { type Preset, presetSchema } from "../init/preset.js";
import { address, integer, urls, usageError } from "../options.js";
import { addPortOptions, type PortFlags, portBases } from "../portOptions.js";
import { readConfig } from "../readJson.js";

/** chainId of the devnet. */
export const DEVNET_CHAIN_ID = 73_311;

export function initCommand(): Command {
  const command = new Command("init")
    .description("Create a network: keys, genesis and one configuration per process.")
    .requiredOption(
      "--validators <n>",
      "number of validators, 4 or more to survive one failing",
      integer(1, MAX_VALIDATORS),
    )
    .requiredOption("--dir <path>", "directory to create; everything of node i goes to <path>/node-i")
    .option(
      "--chain-id <id>",
      "chain id of the new chain",
      integer(1, Number.MAX_SAFE_INTEGER),
      DEVNET_CHAIN_ID,
    )
    .option(
      "--l1-chain-id <id>",
      "chain id of the L1 to bridge to; without it the chain has no bridge",
      integer(1, Number.MAX_SAFE_INTEGER),
    )
    .option(
      "--deployer <address>",
      "L1 account that will deploy the bridge, with nothing sent in between (B9)",
      address,
    )
    .option("--deployer-nonce <n>", "the deployer's next nonce on L1", integer(0, Number.MAX_SAFE_INTEGER))
    .option("--l1-rpc <url...>", "L1 RPC endpoints written into the relayers' configurations", urls)
    .option(
      "--attesters <n>",
      "accounts that attest finalized L1 state (default: 4, on a devnet 3)",
      integer(1, MAX_VALIDATORS),
    )
    .option("--carriers <n>", "relayers that carry checkpoints, messages and claims", integer(0, 16), 1)
    .option("--fund <address=eth>", "give an account ether at genesis, backed on L1; repeatable", fund)
    .option(
      "--devnet",
      "fund the ten well-known test accounts with 100 ETH each, use short epochs and light keystores",
    )
    .option("--preset <path>", "protocol numbers from a file like config/testnet.json; flags win over it")
    .option("--block-period <seconds>", "least time between blocks", integer(1, 60))
    .option("--empty-block-period <seconds>", "time between blocks without transactions", integer(1, 60))
    .option("--request-timeout <ms>", "first timeout of a consensus round", integer(100, 600_000))
    .option("--epoch-length <blocks>", "blocks between changes of the validator set", integer(1, 1_000_000));
  return addPortOptions(command)
    .addHelpText(
      "after",
      `
Nothing is ever overwritten. Each node-<i> goes to its own machine with genesis.json beside it; every address in the
configurations is 127.0.0.1 until you change it. docs/operating.md goes through it step by step.

Examples:
  $ causeway init --validators 4 --dir net
      a chain without a bridge
  $ causeway init --validators 4 --dir net --preset config/testnet.json --fund 0xAb…=1000
      other protocol numbers, and an account with 1,000 ether
  $ causeway init --validators 4 --dir net --l1-chain-id 1 --deployer 0xAb… --deployer-nonce 0 --l1-rpc https://…
      a chain bridged to Ethereum; deploy the L1 side next with: causeway bridge deploy --genesis net/genesis.json`,
    )
    .action(async (options: InitFlags) => {
      const preset = options.preset === undefined ? {} : await readConfig(options.preset, presetSchema);
      const initOptions = toInitOptions(options, preset);
      if (options.validators <= 3) {
        process.stderr.write(
          `warning: ${options.validators} validators tolerate ${maxFaulty(options.validators)} faults (C17): one stopped or lying stops the chain\n`,
        );
      }
      const { initNetwork } = await import("../init/initNetwork.js");
      const made = await initNetwork(initOptions, (line) => process.stderr.write(`${line}\n`));
      process.stdout.write(
        [
          `chain ${initOptions.chainId}, genesis ${made.genesisHash}`,
          `wrote ${options.dir}/genesis.json and ${made.files} other files`,
          ...(made.lockedWei === null
            ? []
            : [
                `next, on L1: causeway bridge deploy --genesis ${options.dir}/genesis.json --l1-rpc <url> --keystore <deployer.json> --password-file <deployer.password>`,
                `  the deployer ${initOptions.bridge?.deployer} needs ${formatEther(made.lockedWei)} ETH to lock, and gas; until then it must send nothing`,
              ]),
          `start each validator with: causeway node --config ${options.dir}/node-<i>/config.json`,
          "",
        ].join("\n"),
      );
    });
}

interface InitFlags extends PortFlags {
  readonly validators: number;
  readonly dir: string;
  readonly chainId: number;
  readonly l1ChainId?: number;
  readonly deployer?: Address;
  readonly deployerNonce?: number;
  readonly l1Rpc?: readonly string[];
  readonly attesters?: number;
  readonly carriers: number;
  readonly fund?: readonly Funding[];
  readonly devnet?: true;
  readonly preset?: string;
  readonly blockPeriod?: number;
  readonly emptyBlockPeriod?: number;
  readonly requestTimeout?: number;
  readonly epochLength?: number;
}

function toInitOptions(flags: InitFlags, preset: Preset): InitOptions {
  const { l1ChainId, deployer, deployerNonce } = flags;
  const given = (flagged: Readonly<Record<string, unknown>>, wanted: boolean) =>
    Object.keys(flagged).filter((flag) => (flagged[flag] !== undefined) === wanted);
  const needed = { "--l1-chain-id": l1ChainId, "--deployer": deployer, "--deployer-nonce": deployerNonce };
  const missing = given(needed, false);
  const bridgeOnly = given({ ...needed, "--l1-rpc": flags.l1Rpc, "--attesters": flags.attesters }, true);
  if (missing.length > 0 && bridgeOnly.length > 0) {
    throw usageError(`${bridgeOnly.join(", ")}: a bridged chain also needs ${missing.join(", ")} (B9)`);
  }
  if (l1ChainId === flags.chainId)
    throw usageError(
      `--chain-id ${flags.chainId} is that of --l1-chain-id, too: what is signed for one chain would hold on the other (EIP-155); choose another`,
    );
  const local = l1ChainId === undefined || l1ChainId === DEVNET_L1_CHAIN_ID;
  if (flags.devnet && !local)
    throw usageError(`--devnet is for a local L1 (chain id ${DEVNET_L1_CHAIN_ID}), not ${l1ChainId} (C17)`);
  if (!local && flags.validators < 4)
    throw usageError(`--validators ${flags.validators}: a bridged chain needs at least 4 (C17)`);
  return {
    dir: flags.dir,
    chainId: flags.chainId,
    validators: flags.validators,
    attesters: flags.attesters ?? (local ? 3 : 4),
    carriers: flags.carriers,
    bridge:
      l1ChainId === undefined || deployer === undefined || deployerNonce === undefined
        ? null
        : {
            l1ChainId,
            deployer,
            deployerNonce,
            l1Rpc: flags.l1Rpc ?? [`http://127.0.0.1:${DEFAULT_PORTS.l1}`],
          },
    devnet: flags.devnet === true,
    funded: flags.fund ?? [],
    protocol: {
      ...preset,
      ...(flags.blockPeriod === undefined ? {} : { blockPeriodSeconds: flags.blockPeriod }),
      ...(flags.emptyBlockPeriod === undefined ? {} : { emptyBlockPeriodSeconds: flags.emptyBlockPeriod }),
      ...(flags.requestTimeout === undefined ? {} : { requestTimeoutMs: flags.requestTimeout }),
      ...(flags.epochLength === undefined ? {} : { epochLength: flags.epochLength }),
    },
    ports: portBases(flags),
  };
}

function fund(value: string, previous: readonly Funding[] = []): readonly Funding[] {
  const [, account = "", ether = ""] = /^(.*)=([0-9]{1,9}(?:\.[0-9]{1,18})?)$/.exec(value) ?? [];
  if (ether === "")
    throw new InvalidArgumentError("It must be address=ether, for example 0xAb…=100 or 0xAb…=0.5.");
  return [...previous, { address: address(account), wei: parseEther(ether) }];
}
