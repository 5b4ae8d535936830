import { existsSync, readdirSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type BridgeDeployer, buildGenesis, type GenesisInput } from "@causeway/chain/genesis/buildGenesis";
import { genesisBlock } from "@causeway/chain/genesis/genesisBlock";
import { DEV_ACCOUNTS, devAccount } from "@causeway/devnet/devnetAccounts";
import { layOutPorts, type PortBases, requirePorts } from "@causeway/devnet/ports";
import { DEVNET_EPOCH_LENGTH, parseGenesis } from "@causeway/protocol/genesis";
import { genesisBacking } from "@causeway/protocol/genesisBacking";
import type { Address, Hash } from "@causeway/protocol/hex";
import { parseEther } from "ethers";
import type { ExplorerConfig } from "../commands/explorer.js";
import { usageError } from "../options.js";
import type { RelayerFile } from "../relayerConfig.js";
import { replaceFile } from "../writeDrafts.js";
import { createKeyFile, type KeyFile } from "./keyFile.js";
import {
  createValidatorKeys,
  HOST,
  listenAddress,
  type ValidatorKeys,
  writeNodeFolder,
} from "./nodeFolder.js";
import type { Preset } from "./preset.js";
import { SCRYPT_N } from "./scryptN.js";
import { writeConfig } from "./writeConfig.js";

/** X7: attesters, relayers and operators need gas. */
const SERVICE_WEI = parseEther("10");
/** X7. */
const DEVNET_HEARTBEAT_SECONDS = 60;
/** A devnet's L1 has a block a second. */
const DEVNET_POLL_MS = 500;
const DEV_ACCOUNT_WEI = parseEther("100");
/** A devnet of one validator is allowed, so is its set (C17). */
const MIN_VALIDATORS = 4;
/** First of the addresses that stand for keys while options are checked. */
const PLACEHOLDER_ADDRESS = 2n ** 159n;

export interface Funding {
  readonly address: Address;
  readonly wei: bigint;
}

export interface InitOptions {
  readonly dir: string;
  readonly chainId: number;
  readonly validators: number;
  readonly attesters: number;
  readonly carriers: number;
  readonly bridge: (BridgeDeployer & { readonly l1Rpc: readonly string[] }) | null;
  /** Fund the well-known test accounts, short epochs, light keystores. */
  readonly devnet: boolean;
  /** An account named twice gets both. */
  readonly funded: readonly Funding[];
  /** Deviations from the defaults of X7. */
  readonly protocol: Preset;
  readonly ports: Omit<PortBases, "l1">;
}

export interface InitResult {
  readonly genesisHash: Hash;
  /** Wei that deploying the bridge locks on L1 (B9); null without a bridge. */
  readonly lockedWei: bigint | null;
  readonly files: number;
}

/**
 * Write everything a new network needs below `dir`: keys, genesis, safety records (W5), one config per process.
 * @throws CausewayError "Usage" when the directory already holds a network or a part of one, or a port would be none.
 */
export async function initNetwork(options: InitOptions, say: (line: string) => void): Promise<InitResult> {
  requireFreshDirectory(options.dir);
  const relayers = options.bridge === null ? 0 : options.attesters + options.carriers;
  requirePorts(layOutPorts({ ...options.ports, l1: 0 }, options.validators, relayers));
  await checkOptions(options);
  await makeDirectory(options.dir);
  const scryptN = options.devnet ? SCRYPT_N.devnet : SCRYPT_N.standard;

  say(`creating ${2 * options.validators + relayers} keys`);
  const validators = await inTurn(options.validators, (i) =>
    createValidatorKeys(join(options.dir, `node-${i}`), scryptN),
  );
  const attesters = await inTurn(options.bridge === null ? 0 : options.attesters, (i) =>
    createKeyFile(join(options.dir, `attester-${i}`), "key", scryptN),
  );
  const carriers = await inTurn(options.bridge === null ? 0 : options.carriers, (i) =>
    createKeyFile(join(options.dir, `carrier-${i}`), "key", scryptN),
  );

  say("building the genesis");
  const addresses = (keys: readonly KeyFile[]) => keys.map(({ address }) => address);
  const file = await buildGenesis(
    genesisInput(options, {
      validators: validators.map(({ consensus, operator }) => ({
        consensusKey: consensus.address,
        operator: operator.address,
      })),
      attesters: addresses(attesters),
      carriers: addresses(carriers),
    }),
  );
  const genesis = parseGenesis(file);
  const { hash } = await genesisBlock(genesis);

  await writeNodeConfigs(options, validators, hash);
  if (options.bridge !== null) await writeRelayerConfigs(options, options.bridge.l1Rpc, carriers, attesters);
  await writeExplorerConfig(options);
  // Last: where it is, everything is.
  await replaceFile(join(options.dir, "genesis.json"), `${JSON.stringify(file, null, 2)}\n`);
  return {
    genesisHash: hash,
    lockedWei: options.bridge === null ? null : genesisBacking(genesis),
    files:
      readdirSync(options.dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
        .length - 1,
  };
}

/** Whose keys a network has. */
interface Participants {
  readonly validators: GenesisInput["validators"];
  readonly attesters: readonly Address[];
  readonly carriers: readonly Address[];
}

function genesisInput(options: InitOptions, { validators, attesters, carriers }: Participants): GenesisInput {
  return {
    chainId: options.chainId,
    timestamp: Math.floor(Date.now() / 1000),
    validators,
    attesters,
    accounts: genesisAccounts(options, [
      ...validators.map(({ operator }) => operator),
      ...attesters,
      ...carriers,
    ]),
    causeway: {
      ...(options.devnet ? { epochLength: DEVNET_EPOCH_LENGTH } : {}),
      ...options.protocol,
      minValidators: Math.min(options.validators, MIN_VALIDATORS),
    },
    bridge: options.bridge === null ? null : deployerOf(options.bridge),
  };
}

/**
 * Build the genesis once with addresses nobody owns, so that what is wrong with the options is said before there are keys.
 * @throws what the genesis would be refused for.
 */
async function checkOptions(options: InitOptions): Promise<void> {
  let last = PLACEHOLDER_ADDRESS;
  const address = (): Address => `0x${(last++).toString(16).padStart(40, "0")}`;
  const addresses = (count: number) => Array.from({ length: options.bridge === null ? 0 : count }, address);
  const input = genesisInput(options, {
    validators: Array.from({ length: options.validators }, () => ({
      consensusKey: address(),
      operator: address(),
    })),
    attesters: addresses(options.attesters),
    carriers: addresses(options.carriers),
  });
  parseGenesis(await buildGenesis(input));
}

async function makeDirectory(dir: string): Promise<void> {
  try {
    await mkdir(dir, { recursive: true });
  } catch (cause) {
    throw usageError(`--dir ${dir} cannot be created (${(cause as NodeJS.ErrnoException).code})`);
  }
}

/** The logs of a devnet may be there before its network is. */
function requireFreshDirectory(dir: string): void {
  const genesis = join(dir, "genesis.json");
  if (existsSync(genesis))
    throw usageError(
      `${genesis} exists: --dir ${dir} already holds a network, and keys are never overwritten`,
    );
  const node = join(dir, "node-1");
  if (existsSync(node))
    throw usageError(
      `${node} exists without ${genesis}: an init into --dir ${dir} was interrupted; no network has its keys, so remove what it left and run this again, or give another --dir`,
    );
}

function genesisAccounts(
  { devnet, funded }: InitOptions,
  services: readonly Address[],
): Map<Address, bigint> {
  const accounts = new Map<Address, bigint>();
  const give = (to: Address, wei: bigint) => accounts.set(to, (accounts.get(to) ?? 0n) + wei);
  for (const address of services) give(address, SERVICE_WEI);
  if (devnet)
    for (let i = 0; i < DEV_ACCOUNTS; i++)
      give(devAccount(i).address.toLowerCase() as Address, DEV_ACCOUNT_WEI);
  for (const { address, wei } of funded) give(address, wei);
  return accounts;
}

async function writeNodeConfigs(
  { ports, validators: count, devnet }: InitOptions,
  validators: readonly ValidatorKeys[],
  genesisHash: Hash,
): Promise<void> {
  const layout = layOutPorts({ ...ports, l1: 0 }, count, 0);
  const multiaddrs = validators.map(
    ({ peerId }, i) => `${listenAddress(layout.p2p[i] as number)}/p2p/${peerId}`,
  );
  for (const [i, keys] of validators.entries()) {
    await writeNodeFolder(keys, {
      name: `node-${i + 1}`,
      genesis: "../genesis.json",
      genesisHash,
      ports: {
        p2p: layout.p2p[i] as number,
        rpc: layout.rpc[i] as number,
        metrics: layout.metrics[i] as number,
      },
      bootPeers: multiaddrs.filter((_, j) => j !== i),
      // For pages that are being written against it.
      ...(devnet ? { origins: ["localhost"] } : {}),
    });
  }
}

async function writeRelayerConfigs(
  { dir, ports, validators, devnet }: InitOptions,
  l1Rpc: readonly string[],
  carriers: readonly KeyFile[],
  attesters: readonly KeyFile[],
): Promise<void> {
  const relayers = [
    ...carriers.map((_, i) => ({ name: `carrier-${i + 1}`, role: "carry" as const })),
    ...attesters.map((_, i) => ({ name: `attester-${i + 1}`, role: "attest" as const })),
  ];
  const layout = layOutPorts({ ...ports, l1: 0 }, validators, relayers.length);
  for (const [i, { name, role }] of relayers.entries()) {
    const config: RelayerFile = {
      genesis: "../genesis.json",
      keystore: "key.json",
      passwordFile: "key.password",
      roles: [role],
      l1Urls: [...l1Rpc],
      sidechainUrls: [`http://${HOST}:${layout.rpc[i % validators]}`],
      dataDir: "data",
      ...(devnet ? { heartbeatSeconds: DEVNET_HEARTBEAT_SECONDS, pollIntervalMs: DEVNET_POLL_MS } : {}),
      statusHost: HOST,
      statusPort: layout.relayer[i] as number,
    };
    await writeConfig(join(dir, name), config);
  }
}

async function writeExplorerConfig({ dir, ports, bridge }: InitOptions): Promise<void> {
  const config: ExplorerConfig = {
    genesis: "../genesis.json",
    rpcUrl: `http://${HOST}:${ports.rpc}`,
    l1RpcUrl: bridge?.l1Rpc[0] ?? null,
    dataDir: "index",
    databaseUrl: null,
    host: HOST,
    port: ports.explorer,
  };
  await mkdir(join(dir, "explorer"), { recursive: true });
  await writeConfig(join(dir, "explorer"), config);
}

function deployerOf({ l1ChainId, deployer, deployerNonce }: BridgeDeployer): BridgeDeployer {
  return { l1ChainId, deployer, deployerNonce };
}

async function inTurn<T>(count: number, make: (i: number) => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  for (let i = 1; i <= count; i++) made.push(await make(i));
  return made;
}
