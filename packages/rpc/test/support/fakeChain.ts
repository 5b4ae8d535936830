import type { ChainReader, HeadEvent, LogFilter } from "@causeway/chain/chainReader";
import { CAUSEWAY_FORKS } from "@causeway/chain/rules/chainForks";
import { forkConfigurations } from "@causeway/chain/rules/forkConfiguration";
import type { Account, AccountProof } from "@causeway/chain/types/account";
import type { FullBlock } from "@causeway/chain/types/block";
import type { CallLimits, CallResult } from "@causeway/chain/types/call";
import type { Header } from "@causeway/chain/types/header";
import type { Log, Receipt } from "@causeway/chain/types/receipt";
import type { Transaction } from "@causeway/chain/types/transaction";
import type { Certificate } from "@causeway/protocol/certificate";
import { CausewayError } from "@causeway/protocol/errors";
import { type Address, type Hash, type Hex, toHex, ZERO_ADDRESS, ZERO_HASH } from "@causeway/protocol/hex";
import { validatorSetHash } from "@causeway/protocol/validatorSet";
import { Transaction as EthersTransaction, encodeRlp, getBytes, id, keccak256, toBeHex } from "ethers";
import type { PoolPort } from "../../src/poolPort.js";

export const GWEI = 1_000_000_000n;
export const VALIDATORS = [1, 2, 3, 4].map((n) => toBeHex(n, 20) as Address);
const GENESIS_TIME = 1_700_000_000;
const EMPTY_BLOOM: Hex = `0x${"00".repeat(256)}`;
const NEVER = new AbortController().signal;

/** A log as a test asks for it. */
export interface LogSeed {
  readonly address: Address;
  readonly topics: readonly Hash[];
  readonly data?: Hex;
}

/** A chain and pool in memory that execute nothing: what calls answer and which logs blocks carry is up to the test. */
export class FakeChain {
  readonly blocks: FullBlock[] = [];
  readonly pooled: Transaction[] = [];
  readonly accounts = new Map<Address, Account>();
  /** What the next calls answer; a function is told when the server gives a call up. */
  callResult: CallResult | ((signal: AbortSignal) => Promise<CallResult>) = {
    status: "success",
    returnData: "0x",
    gasUsed: 21_000n,
    error: null,
  };
  private readonly allReceipts: (readonly Receipt[])[] = [];
  private readonly headListeners = new Set<(event: HeadEvent) => void>();
  private readonly poolListeners = new Set<(transaction: Transaction) => void>();

  constructor() {
    this.append([], []);
  }

  /** Finalize the pooled transactions with these logs, which belong to the first one. */
  mine(logs: readonly LogSeed[] = []): FullBlock {
    return this.append(this.pooled.splice(0), logs);
  }

  get listenerCount(): number {
    return this.headListeners.size + this.poolListeners.size;
  }

  readonly pool: PoolPort = {
    add: async (raw) => {
      const transaction = decodeTransaction(raw);
      if (transaction.nonce < this.account(transaction.from).nonce) {
        throw new CausewayError(
          { code: "TransactionRejected" },
          `nonce too low: next nonce ${this.account(transaction.from).nonce}, tx nonce ${transaction.nonce}`,
        );
      }
      this.pooled.push(transaction);
      for (const listener of this.poolListeners) listener(transaction);
      return transaction.hash;
    },
    get: (hash) => this.pooled.find((transaction) => transaction.hash === hash) ?? null,
    pendingNonce: async (address) =>
      this.account(address).nonce + BigInt(this.pooled.filter(({ from }) => from === address).length),
    stats: () => ({ pending: this.pooled.length, queued: 0 }),
    pending: (max) => this.pooled.slice(0, max),
    content: (sender) => ({
      pending: this.pooled.filter(({ from }) => sender === undefined || from === sender),
      queued: [],
    }),
    onTransaction: (listener) => subscribe(this.poolListeners, listener),
  };

  readonly reader: ChainReader = {
    chainId: 73_311,
    genesisHash: ZERO_HASH,
    traces: {
      block: async () => {},
      calls: async () => [],
      roots: async () => [],
      rewards: () => [],
    },
    headNumber: () => this.blocks.length - 1,
    historyStart: () => 0,
    stateStart: () => 0,
    header: async (key) => this.find(key)?.header ?? null,
    block: async (key) => this.find(key),
    rawBlock: async (key) => {
      const header = this.find(key)?.header;
      return header === undefined ? null : getBytes(encodeRlp([headerFields(header), [], [], []]));
    },
    receipts: async (key) => this.allReceipts[this.find(key)?.header.number ?? -1] ?? null,
    transaction: async (hash) => {
      for (const { header, transactions } of this.blocks) {
        const index = transactions.findIndex((transaction) => transaction.hash === hash);
        const transaction = transactions[index];
        if (transaction !== undefined) return { transaction, header, index };
      }
      return null;
    },
    receipt: async (hash) =>
      this.allReceipts.flat().find((receipt) => receipt.transactionHash === hash) ?? null,
    logs: async (filter, limit) => this.logs(filter, limit),
    certificate: async (number) => (number === 0 ? null : this.certificate(number)),
    validators: async (number) => (number <= this.blocks.length ? VALIDATORS : null),
    overriddenValidators: async () => null,
    account: async (address) => this.account(address),
    code: async () => "0x",
    storage: async () => ZERO_HASH,
    proof: async (address, slots) => this.proof(address, slots),
    call: async (_request, _number, limits) => this.resultOfCall(limits),
    estimateGas: async (_request, _number, limits) => {
      const result = await this.resultOfCall(limits);
      return result.status === "success" ? { gas: result.gasUsed } : { failure: result };
    },
    accessList: async (_request, _number, limits) => ({
      accessList: [],
      result: await this.resultOfCall(limits),
    }),
    simulate: async () => [],
    appearances: async () => ({ places: [], more: false }),
    creation: async () => null,
    nextBaseFee: () => GWEI,
    transactionGasMax: () => 2n ** 24n,
    blobFees: () => ({ baseFee: 1n, nextBaseFee: 1n, gasMax: 1_179_648n }),
    forkConfigurations: async () => {
      const [genesis, head] = [this.blocks[0], this.blocks.at(-1)];
      if (genesis === undefined || head === undefined) throw new Error("a chain has a genesis block");
      return forkConfigurations(CAUSEWAY_FORKS, genesis.header, head.header, ZERO_ADDRESS);
    },
    onHead: (listener) => subscribe(this.headListeners, listener),
  };

  private async resultOfCall({ signal = NEVER }: CallLimits): Promise<CallResult> {
    return typeof this.callResult === "function" ? this.callResult(signal) : this.callResult;
  }

  private account(address: Address): Account {
    const empty = { balance: 0n, nonce: 0n, codeHash: keccak256("0x") as Hash, storageHash: ZERO_HASH };
    return this.accounts.get(address) ?? empty;
  }

  private proof(address: Address, slots: readonly Hash[]): AccountProof {
    return {
      ...this.account(address),
      address,
      accountProof: ["0xc0"],
      storageProof: slots.map((key) => ({ key, value: 0n, proof: [] })),
    };
  }

  private find(key: number | Hash): FullBlock | null {
    const block =
      typeof key === "number" ? this.blocks[key] : this.blocks.find(({ header }) => header.hash === key);
    return block ?? null;
  }

  private logs({ fromBlock, toBlock, addresses, topics }: LogFilter, limit: number): readonly Log[] {
    const found = this.allReceipts
      .slice(fromBlock, toBlock + 1)
      .flat()
      .flatMap(({ logs }) => logs)
      .filter(({ address }) => addresses.length === 0 || addresses.includes(address))
      .filter((log) =>
        topics.every((wanted, i) => wanted === null || wanted.includes(log.topics[i] ?? "0x")),
      );
    return found.slice(0, limit);
  }

  private append(transactions: readonly Transaction[], logs: readonly LogSeed[]): FullBlock {
    const number = this.blocks.length;
    const parent = this.blocks[number - 1]?.header;
    const fields: Header = {
      hash: ZERO_HASH,
      parentHash: parent?.hash ?? ZERO_HASH,
      sha3Uncles: id("ommers") as Hash,
      miner: VALIDATORS[number % VALIDATORS.length] ?? ZERO_ADDRESS,
      stateRoot: id(`state ${number}`) as Hash,
      transactionsRoot: id(`transactions ${number}`) as Hash,
      receiptsRoot: id(`receipts ${number}`) as Hash,
      logsBloom: EMPTY_BLOOM,
      difficulty: 0n,
      number,
      gasLimit: 30_000_000n,
      gasUsed: 21_000n * BigInt(transactions.length),
      timestamp: GENESIS_TIME + number,
      extraData: validatorSetHash(VALIDATORS),
      mixHash: ZERO_HASH,
      nonce: "0x0000000000000000",
      baseFeePerGas: GWEI,
      withdrawalsRoot: ZERO_HASH,
      blobGasUsed: 0n,
      excessBlobGas: 0n,
      parentBeaconBlockRoot: parent?.hash ?? ZERO_HASH,
      requestsHash: ZERO_HASH,
    };
    const header = { ...fields, hash: keccak256(encodeRlp(headerFields(fields))) as Hash };
    const block = { header, transactions, ommers: [], withdrawals: [], size: 600 };
    const receipts = transactions.map((transaction, index) =>
      receiptOf(header, transaction, index, index === 0 ? logs : []),
    );
    this.blocks.push(block);
    this.allReceipts.push(receipts);
    for (const transaction of transactions) this.raiseNonce(transaction);
    for (const listener of this.headListeners) listener({ block, receipts });
    return block;
  }

  private raiseNonce({ from, nonce }: Transaction): void {
    this.accounts.set(from, { ...this.account(from), nonce: nonce + 1n });
  }

  private certificate(height: number): Certificate | null {
    const header = this.blocks[height]?.header;
    if (header === undefined) return null;
    const { hash: blockHash, stateRoot, timestamp, extraData } = header;
    const checkpoint = {
      height,
      round: 0,
      timestamp,
      blockHash,
      stateRoot,
      outboxRoot: ZERO_HASH,
      outboxCount: 0,
      inboxAcc: ZERO_HASH,
      inboxCount: 0,
      validatorSetHash: extraData,
      nextValidatorSetHash: extraData,
    };
    return { checkpoint, signers: 0b0111n, seals: [1, 2, 3].map((n) => `0x${`0${n}`.repeat(64)}1b` as Hex) };
  }
}

function subscribe<L>(listeners: Set<L>, listener: L): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function headerFields(header: Header): string[] {
  return [header.parentHash, header.stateRoot, toBeHex(header.number + 1)];
}

function receiptOf(
  header: Header,
  transaction: Transaction,
  index: number,
  seeds: readonly LogSeed[],
): Receipt {
  const place = {
    blockHash: header.hash,
    blockNumber: header.number,
    transactionHash: transaction.hash,
    transactionIndex: index,
  };
  return {
    ...place,
    from: transaction.from,
    to: transaction.to,
    type: transaction.type,
    status: 1,
    root: null,
    cumulativeGasUsed: 21_000n * BigInt(index + 1),
    gasUsed: 21_000n,
    effectiveGasPrice: GWEI + GWEI,
    blobGasUsed: null,
    blobGasPrice: null,
    contractAddress: null,
    logs: seeds.map(({ address, topics, data }, logIndex) => ({
      ...place,
      address,
      topics,
      data: data ?? "0x",
      blockTimestamp: header.timestamp,
      logIndex,
    })),
    logsBloom: EMPTY_BLOOM,
  };
}

function parse(raw: Uint8Array): EthersTransaction {
  try {
    return EthersTransaction.from(toHex(raw));
  } catch (cause) {
    throw new CausewayError({ code: "TransactionRejected" }, "rlp: cannot decode transaction", { cause });
  }
}

function decodeTransaction(raw: Uint8Array): Transaction {
  const decoded = parse(raw);
  const signature = decoded.signature;
  if (signature === null || decoded.from === null || decoded.hash === null) {
    throw new CausewayError({ code: "TransactionRejected" }, "invalid sender");
  }
  const type = decoded.type ?? 0;
  return {
    hash: decoded.hash as Hash,
    type,
    chainId: decoded.chainId,
    nonce: BigInt(decoded.nonce),
    from: decoded.from.toLowerCase() as Address,
    to: (decoded.to?.toLowerCase() as Address | undefined) ?? null,
    value: decoded.value,
    gas: decoded.gasLimit,
    gasPrice: type < 2 ? decoded.gasPrice : null,
    maxFeePerGas: decoded.maxFeePerGas,
    maxPriorityFeePerGas: decoded.maxPriorityFeePerGas,
    maxFeePerBlobGas: null,
    blobVersionedHashes: null,
    input: decoded.data as Hex,
    accessList: type === 0 ? null : [],
    authorizationList: null,
    v: type === 0 ? (signature.networkV ?? BigInt(signature.v)) : BigInt(signature.yParity),
    r: BigInt(signature.r),
    s: BigInt(signature.s),
    raw,
  };
}
