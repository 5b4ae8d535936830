import { type EthereumGenesis, parseEthereumGenesis } from "@causeway/protocol/ethereumGenesis";
import { type Address, type Hex, ZERO_HASH } from "@causeway/protocol/hex";
import { RLP } from "@ethereumjs/rlp";
import { encodeBlock } from "../../src/codec/block.js";
import { headerHash, headerItems, ZERO_NONCE } from "../../src/codec/header.js";
import { toHex } from "../../src/codec/hex.js";
import { listRoot } from "../../src/codec/listRoot.js";
import { decodeTransaction } from "../../src/codec/transaction.js";
import { encodeWithdrawal } from "../../src/codec/withdrawal.js";
import { keccak256 } from "../../src/crypto/nativeCrypto.js";
import { EthereumjsEngine } from "../../src/engine/ethereumjs/ethereumjsEngine.js";
import { type EthereumChain, openEthereumChain } from "../../src/openEthereumChain.js";
import { nextBaseFee } from "../../src/rules/baseFee.js";
import { GAS_PER_BLOB, nextExcessBlobGas } from "../../src/rules/ethereum/blobGas.js";
import { nextDifficulty } from "../../src/rules/ethereum/difficulty.js";
import { ForkSchedule } from "../../src/rules/ethereum/forkSchedule.js";
import { INITIAL_BASE_FEE } from "../../src/rules/ethereum/headerRules.js";
import { type Fork, hasFork } from "../../src/rules/fork.js";
import { nodeStore } from "../../src/store/nodeStore.js";
import type { Header, Withdrawal } from "../../src/types/header.js";
import type { Transaction } from "../../src/types/transaction.js";
import { FUNDED } from "./genesisInput.js";
import { addressOf } from "./keys.js";
import { SILENT } from "./makeChain.js";
import { MemoryDatabase } from "./memoryDatabase.js";

const ETHER = 10n ** 18n;
const MINER: Address = `0x${"c0".repeat(20)}`;
/** Seconds from block to block: what keeps the difficulty of Homestead about where it is. */
const PERIOD = 12;

/** What a block holds besides what its parent and its execution prescribe. */
export interface BlockInput {
  readonly transactions?: readonly Uint8Array[];
  readonly withdrawals?: readonly Withdrawal[];
  readonly ommers?: readonly Header[];
  /** Given to the rules as they are, the hash excepted. */
  readonly header?: Partial<Header>;
}

/** A chain of plain Ethereum's rules in memory, and blocks for it. */
export interface TestEthereumChain extends EthereumChain {
  readonly genesis: EthereumGenesis;
  readonly database: MemoryDatabase;
  /** A block on the head that keeps every rule, save where the input says otherwise. */
  block(input?: BlockInput): Promise<Uint8Array>;
  /** Make a block and import it. */
  mine(input?: BlockInput): Promise<Header>;
  head(): Promise<Header>;
}

/** Forks in geth's words, all active from the start up to the one named. */
const KEYS: readonly (readonly [Fork, Readonly<Record<string, number>>])[] = [
  ["homestead", { homesteadBlock: 0 }],
  ["tangerineWhistle", { eip150Block: 0 }],
  ["spuriousDragon", { eip155Block: 0, eip158Block: 0 }],
  ["byzantium", { byzantiumBlock: 0 }],
  ["constantinople", { constantinopleBlock: 0 }],
  ["petersburg", { petersburgBlock: 0 }],
  ["istanbul", { istanbulBlock: 0 }],
  ["berlin", { berlinBlock: 0 }],
  ["london", { londonBlock: 0 }],
  ["paris", { terminalTotalDifficulty: 0 }],
  ["shanghai", { shanghaiTime: 0 }],
  ["cancun", { cancunTime: 0 }],
  ["prague", { pragueTime: 0 }],
  ["osaka", { osakaTime: 0 }],
  ["bpo1", { bpo1Time: 0 }],
];

export function forkConfig(fork: Fork): Record<string, number> {
  return Object.assign({}, ...KEYS.filter(([name]) => hasFork(fork, name)).map(([, keys]) => keys));
}

export async function makeEthereumChain(
  config: Readonly<Record<string, unknown>>,
  alloc: Readonly<Record<Address, { readonly code?: Hex; readonly balance?: string }>> = {},
  difficulty = 131_072n,
): Promise<TestEthereumChain> {
  const rich = Object.fromEntries(
    FUNDED.map((account) => [addressOf(account), { balance: `${100n * ETHER}` }]),
  );
  const genesis = parseEthereumGenesis({
    config: { chainId: 73_311, ...config },
    gasLimit: "0x1c9c380",
    difficulty: config.terminalTotalDifficulty === 0 ? "0x0" : `0x${difficulty.toString(16)}`,
    alloc: { ...rich, ...alloc },
  });
  const database = new MemoryDatabase();
  const chain = await openEthereumChain({
    genesis,
    dataDir: "/nowhere",
    log: SILENT,
    journal: null,
    database,
  });
  const { reader } = chain;
  const hashes = async (number: number) => (await reader.header(number))?.hash ?? null;
  const engine = await EthereumjsEngine.create(genesis, nodeStore(database), hashes, () => performance.now());
  const schedule = new ForkSchedule(genesis.config);

  async function head(): Promise<Header> {
    const header = await reader.header(reader.headNumber());
    if (header === null) throw new Error("the chain lacks its head");
    return header;
  }

  async function block(input: BlockInput = {}): Promise<Uint8Array> {
    const parent = await head();
    const { transactions = [], withdrawals = [], ommers = [] } = input;
    const decoded = transactions.map((raw) => decodeTransaction(raw));
    const context = contextOn(parent, await totalDifficulty(), schedule);
    const fields = { ...context, ...input.header };
    const session = await engine.beginBlock(parent.stateRoot, fields, null);
    for (const transaction of decoded) await session.run(transaction, {});
    const isPostMerge = fields.difficulty === 0n;
    const result = await session.finish({ withdrawals, ommers: isPostMerge ? [] : ommers });
    const fork = schedule.at(context);
    const header = {
      ...fields,
      sha3Uncles: toHex(keccak256(RLP.encode(ommers.map(headerItems)))),
      stateRoot: result.stateRoot,
      transactionsRoot: listRoot(transactions),
      receiptsRoot: result.receiptsRoot,
      logsBloom: result.logsBloom,
      gasUsed: result.gasUsed,
      extraData: "0x" as Hex,
      nonce: ZERO_NONCE,
      withdrawalsRoot: hasFork(fork, "shanghai") ? listRoot(withdrawals.map(encodeWithdrawal)) : null,
      blobGasUsed: hasFork(fork, "cancun") ? blobGas(decoded) : null,
      requestsHash: result.requestsHash,
      ...input.header,
    };
    return encodeBlock(header, decoded, ommers, withdrawals);
  }

  async function totalDifficulty(): Promise<bigint> {
    let sum = 0n;
    for (let number = 0; number <= reader.headNumber(); number++) {
      sum += (await reader.header(number))?.difficulty ?? 0n;
    }
    return sum;
  }

  return {
    ...chain,
    genesis,
    database,
    block,
    head,
    async mine(input) {
      await chain.import(await block(input));
      return head();
    },
  };
}

/** What a block's parent prescribes. */
function contextOn(parent: Header, totalDifficulty: bigint, schedule: ForkSchedule) {
  const [number, timestamp] = [parent.number + 1, parent.timestamp + PERIOD];
  const isPostMerge = schedule.isPostMerge(totalDifficulty);
  const fork = schedule.at({ number, timestamp, difficulty: isPostMerge ? 0n : 1n });
  const blobs = schedule.blobs(fork);
  const isFirstOfLondon = hasFork(fork, "london") && parent.baseFeePerGas === null;
  return {
    number,
    timestamp,
    miner: MINER,
    gasLimit: isFirstOfLondon ? parent.gasLimit * 2n : parent.gasLimit,
    difficulty: isPostMerge ? 0n : nextDifficulty(parent, timestamp, fork),
    baseFeePerGas: !hasFork(fork, "london") ? null : isFirstOfLondon ? INITIAL_BASE_FEE : nextBaseFee(parent),
    excessBlobGas: blobs === null ? null : nextExcessBlobGas(parent, blobs, hasFork(fork, "osaka")),
    mixHash: ZERO_HASH,
    parentHash: parent.hash,
    parentBeaconBlockRoot: hasFork(fork, "cancun") ? ZERO_HASH : null,
  };
}

function blobGas(transactions: readonly Transaction[]): bigint {
  return transactions.reduce(
    (sum, { blobVersionedHashes }) => sum + GAS_PER_BLOB * BigInt(blobVersionedHashes?.length ?? 0),
    0n,
  );
}

/** An ommer: a header beside the child of `parent`. */
export function ommerOn(parent: Header, schedule: ForkSchedule, changed: Partial<Header> = {}): Header {
  const fields = {
    ...parent,
    ...contextOn(parent, 0n, schedule),
    timestamp: parent.timestamp + PERIOD,
    extraData: "0x0e" as Hex,
    ...changed,
  };
  return { ...fields, hash: headerHash(fields) };
}
