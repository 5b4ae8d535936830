import type { EthereumGenesis } from "@causeway/protocol/ethereumGenesis";
import { ZERO_HASH } from "@causeway/protocol/hex";
import { EMPTY_BLOOM, EMPTY_LIST_HASH, EMPTY_ROOT, type HeaderFields, headerHash } from "../codec/header.js";
import { EMPTY_REQUESTS_HASH } from "../codec/requestsHash.js";
import { loadPrecompileBackends } from "../crypto/precompileBackends.js";
import { forkCommons } from "../engine/ethereumjs/forkCommons.js";
import { ForkSchedule } from "../rules/ethereum/forkSchedule.js";
import { INITIAL_BASE_FEE } from "../rules/ethereum/headerRules.js";
import { hasFork } from "../rules/fork.js";
import type { GenesisBlock } from "./genesisBlock.js";
import { genesisState } from "./genesisState.js";

/** geth's, where a genesis file says 0. */
const DEFAULT_GAS_LIMIT = 4_712_388n;
const NONCE_DIGITS = 16;

/** Block 0 of a genesis file in geth's form, as geth makes it. */
export async function ethereumGenesisBlock(genesis: EthereumGenesis): Promise<GenesisBlock> {
  const { timestamp, difficulty } = genesis;
  const commons = forkCommons(genesis, await loadPrecompileBackends());
  const common = commons({ number: 0, timestamp: Number(timestamp), difficulty });
  const { stateRoot, nodes } = await genesisState(genesis.alloc, common);
  const fields = { ...header(genesis), stateRoot };
  const hash = headerHash(fields);
  return { hash, stateRoot, timestamp: fields.timestamp, header: { ...fields, hash }, nodes };
}

function header(genesis: EthereumGenesis): Omit<HeaderFields, "stateRoot"> {
  const { parentHash, nonce, extraData, gasLimit, gasUsed, difficulty, mixHash, coinbase } = genesis;
  const timestamp = Number(genesis.timestamp);
  const fork = new ForkSchedule(genesis.config).atGenesis(timestamp);
  const [isLondon, isShanghai, isCancun, isPrague] = (
    ["london", "shanghai", "cancun", "prague"] as const
  ).map((name) => hasFork(fork, name));
  return {
    parentHash,
    sha3Uncles: EMPTY_LIST_HASH,
    miner: coinbase,
    transactionsRoot: EMPTY_ROOT,
    receiptsRoot: EMPTY_ROOT,
    logsBloom: EMPTY_BLOOM,
    difficulty,
    number: 0,
    gasLimit: gasLimit === 0n ? DEFAULT_GAS_LIMIT : gasLimit,
    gasUsed,
    timestamp,
    extraData,
    mixHash,
    nonce: `0x${nonce.toString(16).padStart(NONCE_DIGITS, "0")}`,
    baseFeePerGas: isLondon ? (genesis.baseFeePerGas ?? INITIAL_BASE_FEE) : null,
    withdrawalsRoot: isShanghai ? EMPTY_ROOT : null,
    blobGasUsed: isCancun ? (genesis.blobGasUsed ?? 0n) : null,
    excessBlobGas: isCancun ? (genesis.excessBlobGas ?? 0n) : null,
    parentBeaconBlockRoot: isCancun ? ZERO_HASH : null,
    requestsHash: isPrague ? EMPTY_REQUESTS_HASH : null,
  };
}
