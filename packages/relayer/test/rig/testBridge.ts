import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSolvency } from "@causeway/bridge/audit/readSolvency";
import { type BridgeSides, connectBridge } from "@causeway/bridge/bridgeSides";
import { deployBridge } from "@causeway/bridge/deployment/deployBridge";
import type { GenesisCommitment } from "@causeway/bridge/deployment/genesisCommitment";
import { encodeSubmitCheckpoint } from "@causeway/bridge/encodeCalls";
import { httpRpc } from "@causeway/bridge/rpc/httpRpc";
import { quantity, type RpcReader } from "@causeway/bridge/rpc/rpcReader";
import { sendTransaction } from "@causeway/bridge/rpc/sendTransaction";
import type { SealedCheckpoint } from "@causeway/bridge/sidechain/readCertificate";
import { abi as tokenAbi, bytecode as tokenCode } from "@causeway/contracts/TestToken";
import { signerIndices } from "@causeway/protocol/certificate";
import { configHash, DEFAULT_CAUSEWAY_CONFIG, type Genesis } from "@causeway/protocol/genesis";
import { genesisBacking } from "@causeway/protocol/genesisBacking";
import { type Address, type Hash, type Hex, ZERO_ADDRESS, ZERO_HASH } from "@causeway/protocol/hex";
import { MINT_BALANCE_WEI, PREDEPLOYS } from "@causeway/protocol/predeploys";
import { predictBridge } from "@causeway/protocol/predictBridge";
import { ETH_TOKEN } from "@causeway/protocol/transferData";
import { validatorSetHash } from "@causeway/protocol/validatorSet";
import {
  concat,
  encodeRlp,
  Interface,
  JsonRpcProvider,
  keccak256,
  Network,
  parseEther,
  Wallet,
} from "ethers";
import { parseRelayerConfig, type RelayerConfig } from "../../src/config.js";
import { addressOf, anvilWallet, ascending } from "./accounts.js";
import { type Anvil, startAnvil } from "./anvil.js";
import { placePredeploys } from "./placePredeploys.js";
import { SidechainStandIn, wireForm } from "./sidechainStandIn.js";

const L1_CHAIN_ID = 31_337;
const SIDECHAIN_ID = 73_311;
const EPOCH_LENGTH = 5;
const ATTEST_INTERVAL = 2;
/** Slots in an epoch with which L1 makes nothing final, for a minute, unless a test says so. */
export const DEEP_EPOCH_SLOTS = 128;
const BACKING_WEI = parseEther("30");
/** Given rather than asked for: anvil's estimate has been too low now and then. */
const SUBMIT_GAS = 500_000;

/** Two chains joined by a deployed bridge, with keys for everyone. */
export interface TestBridge {
  readonly genesis: Genesis;
  readonly commitment: GenesisCommitment;
  readonly sides: BridgeSides;
  /** anvil under the sidechain, for interventions. */
  readonly sidechainAnvil: RpcReader;
  readonly l1Url: string;
  readonly sidechainUrl: string;
  readonly attesters: readonly Wallet[];
  readonly carriers: readonly Wallet[];
  /** A funded account on each chain. */
  readonly l1User: Wallet;
  readonly sidechainUser: Wallet;
  /** Validators not in the genesis set. */
  readonly spareValidators: readonly Wallet[];
  readonly validators: readonly Address[];
  /** Consensus keys of `validators`, in their order. */
  readonly validatorKeys: readonly Wallet[];
  /** Deploy a test token on L1, its supply credited to `l1User`. */
  deployToken(supply: bigint): Promise<Address>;
  /** A relayer config for these chains with a fresh data directory. */
  relayerConfig(roles: readonly string[], changes?: Record<string, unknown>): Promise<RelayerConfig>;
  /** Mine on L1 until its present head is final. */
  finalizeL1(): Promise<void>;
  /** Have L1 accept a checkpoint that changes no set. */
  submitCheckpoint(sealed: SealedCheckpoint): Promise<void>;
  /** A certificate of the same validators over another block at the height of `honest`. */
  forge(honest: SealedCheckpoint): Promise<SealedCheckpoint>;
  /** The same block certified in another round: normal QBFT (F1). */
  resealInRound(honest: SealedCheckpoint, round: number): Promise<SealedCheckpoint>;
  /** What the node keeps as evidence of a safety stop (F2). */
  showConflict(certificates: readonly SealedCheckpoint[]): void;
  /** What the node keeps of one validator that sealed two blocks: evidence that stops nothing (F3). */
  showContradiction(first: SealedCheckpoint, second: SealedCheckpoint): void;
  /** Assert B15 for ETH and the given L1 tokens. */
  requireSolvent(tokens?: readonly Address[]): Promise<void>;
  stop(): Promise<void>;
}

/** Start both chains, place the predeploys, deploy L1. `slotsInAnEpoch` sets how deep L1 finality is (anvil: twice that). */
export async function startTestBridge(slotsInAnEpoch = 1): Promise<TestBridge> {
  const [l1Anvil, sidechainAnvil] = await Promise.all([
    startAnvil(L1_CHAIN_ID, slotsInAnEpoch),
    startAnvil(SIDECHAIN_ID),
  ]);
  try {
    return await assemble(l1Anvil, sidechainAnvil, 2 * slotsInAnEpoch);
  } catch (error) {
    await Promise.all([l1Anvil.stop(), sidechainAnvil.stop()]);
    throw error;
  }
}

async function assemble(l1Anvil: Anvil, sidechainAnvil: Anvil, finalityBlocks: number): Promise<TestBridge> {
  const l1 = httpRpc(l1Anvil.url);
  const anvilBelow = httpRpc(sidechainAnvil.url);
  const deployer = anvilWallet(0);
  const attesters = ascending([2, 3, 4].map(anvilWallet));
  const validatorKeys = ascending(Array.from({ length: 5 }, (_, i) => testKey(i)));
  const founders = validatorKeys.slice(0, 4);
  const validators = founders.map(addressOf);
  const bridge = predictBridge(L1_CHAIN_ID, addressOf(deployer), 0);
  const genesis = testGenesis(bridge, validators);
  const genesisBlock = genesisHeader(genesis);
  const genesisHash = genesisBlock.hash as Hash;
  const domain = { chainId: SIDECHAIN_ID, genesisHash };
  const placedAt = await placePredeploys(anvilBelow, {
    bridge,
    validators,
    attesters: attesters.map(addressOf),
    epochLength: EPOCH_LENGTH,
    minValidators: 4,
    backing: genesisBacking(genesis),
    attestInterval: ATTEST_INTERVAL,
    from: addressOf(deployer),
  });
  const standIn = await SidechainStandIn.listen({
    anvilUrl: sidechainAnvil.url,
    domain,
    genesisBlock,
    genesisValidators: validators,
    placedAt,
    epochLength: EPOCH_LENGTH,
    validatorKeys,
  });
  const providers = [
    new JsonRpcProvider(l1Anvil.url, L1_CHAIN_ID, {
      staticNetwork: Network.from(L1_CHAIN_ID),
      cacheTimeout: -1,
    }),
    new JsonRpcProvider(standIn.url, SIDECHAIN_ID, {
      staticNetwork: Network.from(SIDECHAIN_ID),
      cacheTimeout: -1,
      batchMaxCount: 1,
    }),
  ] as const;
  const commitment = { genesis, genesisHash, genesisStateRoot: genesisBlock.stateRoot as Hash };
  await deployBridge(l1, deployer.connect(providers[0]), commitment);
  const sides = await connectBridge(l1, httpRpc(standIn.url), genesis);
  const l1User = anvilWallet(1).connect(providers[0]);
  const folders: string[] = [];
  return {
    genesis,
    commitment,
    sides,
    sidechainAnvil: anvilBelow,
    l1Url: l1Anvil.url,
    sidechainUrl: standIn.url,
    attesters,
    carriers: [anvilWallet(5), anvilWallet(6)],
    l1User,
    sidechainUser: anvilWallet(1).connect(providers[1]),
    spareValidators: validatorKeys.slice(4),
    validators,
    validatorKeys: founders,
    async deployToken(supply) {
      const args = new Interface(tokenAbi).encodeDeploy(["Test Token", "TST", supply]);
      const receipt = await sendTransaction(l1User, { data: concat([tokenCode, args]) as Hex });
      return (receipt.contractAddress ?? ZERO_ADDRESS).toLowerCase() as Address;
    },
    async relayerConfig(roles, changes = {}) {
      const dataDir = await mkdtemp(join(tmpdir(), "causeway-relayer-"));
      folders.push(dataDir);
      return parseRelayerConfig({
        roles,
        l1Urls: [l1Anvil.url],
        sidechainUrls: [standIn.url],
        dataDir,
        heartbeatSeconds: 600,
        pollIntervalMs: 200,
        bumpAfterMs: 10_000,
        statusPort: 0,
        ...changes,
      });
    },
    async finalizeL1() {
      await l1.send("anvil_mine", [quantity(finalityBlocks)]);
    },
    async submitCheckpoint(sealed) {
      const data = encodeSubmitCheckpoint(sealed, []);
      await sendTransaction(l1User, { to: bridge.view, data, gasLimit: SUBMIT_GAS });
    },
    async forge({ certificate, validators: set }) {
      return standIn.seal({ ...certificate.checkpoint, stateRoot: genesisHash }, set);
    },
    async resealInRound({ certificate, validators: set }, round) {
      return standIn.seal({ ...certificate.checkpoint, round }, set);
    },
    showConflict(certificates) {
      const safetyStop = { reason: "F2", certificates: certificates.map(wireForm), own: null };
      standIn.evidence = { safetyStop, resumedStops: [] };
    },
    showContradiction(first, second) {
      const vote = ({ certificate: { checkpoint, seals } }: SealedCheckpoint) => ({
        primaryType: "Checkpoint",
        message: checkpoint,
        signature: seals[0],
      });
      const { signers, checkpoint } = first.certificate;
      const piece = {
        validator: first.validators[signerIndices(signers, first.validators.length)[0] ?? 0],
        height: checkpoint.height,
        kind: "double-commit",
        first: vote(first),
        second: vote(second),
      };
      standIn.evidence = { total: 1, next: null, evidence: [piece], safetyStop: null, resumedStops: [] };
    },
    async requireSolvent(tokens = []) {
      for (const one of await readSolvency(sides, genesisBacking(genesis), [ETH_TOKEN, ...tokens])) {
        if (!one.ok) throw new Error(`B15 does not hold for ${one.token}: ${one.failures.join("; ")}`);
      }
    },
    async stop() {
      for (const provider of providers) provider.destroy();
      await standIn.stop();
      await Promise.all([l1Anvil.stop(), sidechainAnvil.stop()]);
      await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
    },
  };
}

function testKey(index: number): Wallet {
  return new Wallet(keccak256(new Uint8Array([index])));
}

/** A genesis as the relayer sees it: config, backing and commitments; the predeploys stand in the anvil. */
function testGenesis(bridge: ReturnType<typeof predictBridge>, validators: readonly Address[]): Genesis {
  const causeway = { ...DEFAULT_CAUSEWAY_CONFIG, epochLength: EPOCH_LENGTH, bridge };
  const slot = (key: bigint | string) => `0x${BigInt(key).toString(16).padStart(64, "0")}`;
  const base = BigInt(keccak256(slot(0n)));
  const storage = Object.fromEntries([
    [slot(0n), slot(BigInt(validators.length)) as Hex],
    ...validators.map((validator, i) => [slot(base + BigInt(i)), slot(validator) as Hex] as const),
  ]) as Record<string, Hex>;
  return {
    config: { chainId: SIDECHAIN_ID, depositContractAddress: ZERO_ADDRESS, blobSchedule: {}, causeway },
    nonce: 0n,
    timestamp: 1_700_000_000n,
    extraData: validatorSetHash(validators),
    gasLimit: 30_000_000n,
    difficulty: 0n,
    mixHash: configHash(causeway),
    coinbase: ZERO_ADDRESS,
    baseFeePerGas: 1_000_000_000n,
    alloc: {
      [PREDEPLOYS.validatorSet]: { balance: 0n, storage },
      [PREDEPLOYS.mint]: { balance: MINT_BALANCE_WEI },
      [addressOf(anvilWallet(1))]: { balance: BACKING_WEI },
    },
  };
}

/** A genesis block that hashes as a real one does. */
function genesisHeader(genesis: Genesis): Record<string, unknown> {
  const fields: readonly (readonly [string, Hex])[] = [
    ["parentHash", ZERO_HASH],
    ["sha3Uncles", keccak256("0xc0") as Hash],
    ["miner", ZERO_ADDRESS],
    ["stateRoot", keccak256("0x01") as Hash],
    ["transactionsRoot", keccak256("0x80") as Hash],
    ["receiptsRoot", keccak256("0x80") as Hash],
    ["logsBloom", `0x${"00".repeat(256)}`],
    ["difficulty", "0x"],
    ["number", "0x"],
    ["gasLimit", "0x01c9c380"],
    ["gasUsed", "0x"],
    ["timestamp", `0x${genesis.timestamp.toString(16)}`],
    ["extraData", genesis.extraData],
    ["mixHash", genesis.mixHash],
    ["nonce", "0x0000000000000000"],
    ["baseFeePerGas", "0x3b9aca00"],
  ];
  const hash = keccak256(encodeRlp(fields.map(([, value]) => value)));
  const json = fields.map(([name, value]) => [name, value === "0x" && name !== "extraData" ? "0x0" : value]);
  return { ...(Object.fromEntries(json) as Record<string, string>), hash };
}
