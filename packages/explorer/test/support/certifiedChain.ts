import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { assembleCertificate } from "@causeway/protocol/certificate";
import { type Checkpoint, checkpointDigest } from "@causeway/protocol/checkpoint";
import { type Address, type Hash, type Hex, type Signature, ZERO_HASH } from "@causeway/protocol/hex";
import { proposer, type ValidatorSet, validatorSetHash } from "@causeway/protocol/validatorSet";
import { computeAddress, id, SigningKey, toBeHex, toQuantity, ZeroAddress } from "ethers";
import type { HeaderJson } from "../../src/indexer/chainTypes.js";
import type { FetchedBlock } from "../../src/indexer/fetchBlock.js";
import { headerHash } from "../../src/indexer/headerHash.js";

export interface MadeLog {
  readonly address: Address;
  readonly topics: readonly Hex[];
  readonly data: Hex;
}

export interface MadeTransaction {
  readonly from: Address;
  readonly to: Address | null;
  readonly value: bigint;
  readonly input?: Hex;
  readonly logs?: readonly MadeLog[];
}

export const CHAIN_ID = 73_311;

export interface ChainOptions {
  readonly chainId: number;
  readonly validators: number;
  /** Unix seconds of genesis. */
  readonly startTime: number;
  /** Blocks below the newest that are not final yet. */
  readonly finalityDepth: number;
  /** Addresses with code. */
  readonly contracts: readonly Address[];
}

const EMPTY_BLOOM = `0x${"00".repeat(256)}` as Hex;
const GENESIS_TIME = 1_790_000_000;

/**
 * Sealed blocks without a node: headers that hash to their hash and certificates of real keys over them. Bodies are
 * made up, since the explorer does not execute.
 */
export class CertifiedChain {
  readonly blocks: FetchedBlock[] = [];
  /** Who seals the next block. */
  validators: ValidatorSet;
  readonly #keys = new Map<Address, SigningKey>();
  readonly options: ChainOptions;
  #madeBlocks = 0;

  constructor(options: Partial<ChainOptions> = {}) {
    this.options = {
      chainId: CHAIN_ID,
      validators: 4,
      startTime: GENESIS_TIME,
      finalityDepth: 0,
      contracts: [],
      ...options,
    };
    for (let i = 0; i < this.options.validators; i++) {
      const key = new SigningKey(id(`explorer test validator ${i}`));
      this.#keys.set(computeAddress(key.publicKey).toLowerCase() as Address, key);
    }
    this.validators = [...this.#keys.keys()].sort();
    this.#append([], null);
  }

  get genesisHash(): Hash {
    return (this.blocks[0] as FetchedBlock).block.hash;
  }

  /** Seal one more block; the first q of the set sign, after leaving out `absent`. */
  seal(transactions: readonly MadeTransaction[] = [], absent: readonly Address[] = []): FetchedBlock {
    const signers = this.validators.filter((address) => !absent.includes(address));
    return this.#append(transactions, signers);
  }

  /** Replace the newest blocks by as many empty ones: an L1 reorg. */
  reorg(depth: number): void {
    this.blocks.splice(this.blocks.length - depth);
    for (let i = 0; i < depth; i++) this.seal();
  }

  #append(transactions: readonly MadeTransaction[], signers: readonly Address[] | null): FetchedBlock {
    const parent = this.blocks.at(-1)?.block ?? null;
    const height = this.blocks.length;
    const gas = toQuantity(21_000 * transactions.length) as Hex;
    const fields: Omit<HeaderJson, "hash"> = {
      number: toQuantity(height) as Hex,
      parentHash: parent?.hash ?? ZERO_HASH,
      sha3Uncles: id("uncles") as Hash,
      miner: parent === null ? (ZeroAddress as Address) : proposer(this.validators, parent.miner, 0),
      stateRoot: id(`state ${height}`) as Hash,
      transactionsRoot: id("transactions") as Hash,
      receiptsRoot: id("receipts") as Hash,
      logsBloom: EMPTY_BLOOM,
      difficulty: "0x0",
      gasLimit: "0x1c9c380",
      gasUsed: gas,
      timestamp: toQuantity(this.options.startTime + height) as Hex,
      extraData: validatorSetHash(this.validators),
      // No two blocks are alike, also at one height.
      mixHash: id(`block ${this.#madeBlocks++}`) as Hash,
      nonce: "0x0000000000000000",
      size: "0x400",
      baseFeePerGas: "0x3b9aca00",
    };
    const hash = headerHash({ ...fields, hash: ZERO_HASH });
    const made: FetchedBlock = {
      block: { ...fields, hash, transactions: bodyOf(height, transactions) },
      receipts: transactions.map((tx, i) => ({
        transactionHash: transactionHash(height, i),
        blockHash: hash,
        status: "0x1",
        gasUsed: "0x5208",
        cumulativeGasUsed: toQuantity(21_000 * (i + 1)) as Hex,
        effectiveGasPrice: "0x3b9aca00",
        contractAddress: null,
        logs: (tx.logs ?? []).map((log, j) => ({
          ...log,
          topics: log.topics as Hash[],
          logIndex: toQuantity(j) as Hex,
        })),
      })),
      certificate: signers === null ? null : this.#certify({ ...fields, hash }, signers),
    };
    this.blocks.push(made);
    return made;
  }

  #certify(header: HeaderJson, signers: readonly Address[]): FetchedBlock["certificate"] {
    const setHash = validatorSetHash(this.validators);
    const checkpoint: Checkpoint = {
      height: Number(header.number),
      round: 0,
      timestamp: Number(header.timestamp),
      blockHash: header.hash,
      stateRoot: header.stateRoot,
      outboxRoot: ZERO_HASH,
      outboxCount: 0,
      inboxAcc: ZERO_HASH,
      inboxCount: 0,
      validatorSetHash: setHash,
      nextValidatorSetHash: setHash,
    };
    const domain = { chainId: this.options.chainId, genesisHash: this.genesisHash };
    const digest = checkpointDigest(domain, checkpoint);
    const seals = new Map<Address, Signature>();
    for (const address of signers)
      seals.set(address, this.#keys.get(address)?.sign(digest).serialized as Signature);
    const certificate = assembleCertificate(checkpoint, seals, this.validators);
    return {
      checkpoint: {
        ...checkpoint,
        height: toQuantity(checkpoint.height) as Hex,
        round: "0x0",
        timestamp: toQuantity(checkpoint.timestamp) as Hex,
        outboxCount: "0x0",
        inboxCount: "0x0",
      },
      signers: toQuantity(certificate.signers) as Hex,
      seals: [...certificate.seals],
      validators: [...this.validators],
    };
  }
}

export function transactionHash(height: number, index: number): Hash {
  return id(`explorer test transaction ${height}.${index}`) as Hash;
}

function bodyOf(
  height: number,
  transactions: readonly MadeTransaction[],
): FetchedBlock["block"]["transactions"] {
  return transactions.map((tx, i) => ({
    hash: transactionHash(height, i),
    from: tx.from,
    to: tx.to,
    value: toQuantity(tx.value) as Hex,
    nonce: toQuantity(i) as Hex,
    type: "0x2",
    input: tx.input ?? "0x",
    transactionIndex: toQuantity(i) as Hex,
  }));
}

export interface ServedChain {
  readonly url: string;
  close(): Promise<void>;
}

/** Answer the JSON-RPC calls of the explorer from a {@link CertifiedChain}. */
export async function serveChain(chain: CertifiedChain): Promise<ServedChain> {
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const calls = JSON.parse(body) as { id: number; method: string; params: unknown[] }[];
    const answers = calls.map(({ id: callId, method, params }) => ({
      jsonrpc: "2.0",
      id: callId,
      result: answer(chain, method, params) ?? null,
    }));
    response.setHeader("content-type", "application/json").end(JSON.stringify(answers));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => stop(server) };
}

function answer(chain: CertifiedChain, method: string, parameters: readonly unknown[]): unknown {
  const [first, second] = parameters;
  switch (method) {
    case "eth_chainId":
      return toQuantity(chain.options.chainId);
    case "web3_clientVersion":
      return "certified chain of a test";
    case "eth_getBlockByNumber":
      return blockAt(chain, first)?.block;
    case "eth_getBlockReceipts":
      return blockAt(chain, first)?.receipts;
    case "causeway_getCertificate":
      return blockAt(chain, first)?.certificate;
    case "eth_getBalance":
      return toQuantity(10n ** 18n);
    case "eth_getTransactionCount":
      return "0x1";
    case "eth_getCode":
      return chain.options.contracts.includes(first as Address) ? "0x60" : "0x";
    case "eth_getLogs":
      return logsOf(chain, first as LogFilter);
    case "eth_getStorageAt":
      return toBeHex(messagesOf(chain, first as Address, Number(parameters[2])), 32);
    default:
      throw new Error(`the test chain does not know ${method} ${String(second)}`);
  }
}

function blockAt(chain: CertifiedChain, tag: unknown): FetchedBlock | undefined {
  const newest = chain.blocks.length - 1;
  if (tag === "latest") return chain.blocks[newest];
  if (tag === "finalized") return chain.blocks[Math.max(0, newest - chain.options.finalityDepth)];
  return chain.blocks[Number(tag)];
}

interface LogFilter {
  readonly address: readonly Address[];
  readonly fromBlock: Hex;
  readonly toBlock: Hex;
}

function logsOf(chain: CertifiedChain, { address, fromBlock, toBlock }: LogFilter): object[] {
  return chain.blocks.slice(Number(fromBlock), Number(toBlock) + 1).flatMap(({ block, receipts }) =>
    receipts.flatMap(({ logs, transactionHash: hash }) =>
      logs
        .filter((log) => address.includes(log.address))
        .map((log) => ({
          ...log,
          blockNumber: block.number,
          blockHash: block.hash,
          transactionHash: hash,
        })),
    ),
  );
}

/** The Outbox's count slot: how many messages it has written. */
function messagesOf(chain: CertifiedChain, outbox: Address, height: number): number {
  const filter = { address: [outbox], fromBlock: "0x0", toBlock: toQuantity(height) } as const;
  return logsOf(chain, filter as LogFilter).length;
}

function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
