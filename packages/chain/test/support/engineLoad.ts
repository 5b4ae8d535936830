import { abi as tokenAbi, bytecode as tokenCode } from "@causeway/contracts/TestToken";
import { parseGenesis } from "@causeway/protocol/genesis";
import { getCreateAddress, Interface, type TransactionRequest, type Wallet } from "ethers";
import { decodeTransaction } from "../../src/codec/transaction.js";
import type { BlockContext } from "../../src/engine/engine.js";
import type { EngineContext } from "../../src/engine/ethereumjs/engineContext.js";
import { EthereumjsEngine } from "../../src/engine/ethereumjs/ethereumjsEngine.js";
import { buildGenesis } from "../../src/genesis/buildGenesis.js";
import { type GenesisBlock, genesisBlock } from "../../src/genesis/genesisBlock.js";
import type { Transaction } from "../../src/types/transaction.js";
import { FUNDED, genesisInput } from "./genesisInput.js";
import { addressOf, wallet } from "./keys.js";
import { CREATION_CODE, signed, word } from "./transactions.js";

const [alice, bob, carol, dave] = FUNDED as [Wallet, Wallet, Wallet, Wallet];
const token = new Interface(tokenAbi);
const created = (from: Wallet, nonce: number) => getCreateAddress({ from: from.address, nonce });
/** Multiplies and counts down from 20,000: 780,000 gas of jumps and arithmetic. */
const LOOP_CREATION = "0x601380600b6000396000f3614e205b80601f02506001900380600357" + "00";

export interface LoadBlock {
  readonly context: BlockContext;
  readonly transactions: readonly Transaction[];
}

/** Blocks for an engine alone, without pool, votes or store. */
export class EngineLoad {
  readonly genesis: GenesisBlock;
  readonly context: EngineContext;
  readonly #nonces = new Map<Wallet, number>();
  #recipients = 0;
  #height = 0;

  private constructor(genesis: GenesisBlock, context: EngineContext) {
    this.genesis = genesis;
    this.context = context;
  }

  static async create(): Promise<EngineLoad> {
    const genesis = parseGenesis(await buildGenesis(genesisInput()));
    const first = await genesisBlock(genesis);
    const nodes = { get: (key: string) => first.nodes.get(key) };
    const engine = await EthereumjsEngine.create(
      genesis,
      nodes,
      async () => first.hash,
      () => performance.now(),
    );
    return new EngineLoad(first, engine.context);
  }

  /** The first block: the contracts that the others call. */
  async deployments(): Promise<LoadBlock> {
    const tokenCreation = tokenCode + token.encodeDeploy(["Token", "TOK", 10n ** 24n]).slice(2);
    return this.#block([
      await this.#send(alice, { data: tokenCreation, gasLimit: 3_000_000n }),
      await this.#send(bob, { data: LOOP_CREATION, gasLimit: 300_000n }),
      await this.#send(carol, { data: CREATION_CODE.store, gasLimit: 300_000n }),
      await this.#send(dave, { data: CREATION_CODE.factory, gasLimit: 300_000n }),
    ]);
  }

  /** OpenZeppelin ERC-20 transfers, each to an account that had none. */
  async tokenTransfers(count: number): Promise<LoadBlock> {
    const transfers: Transaction[] = [];
    for (let i = 0; i < count; i++) {
      const to = `0x${word(0x7000_0000 + this.#recipients++).slice(24)}`;
      const data = token.encodeFunctionData("transfer", [to, 1n]);
      transfers.push(await this.#send(alice, { to: created(alice, 0), data, gasLimit: 100_000n }));
    }
    return this.#block(transfers);
  }

  /** Loops of 780,000 gas. */
  async loops(count: number): Promise<LoadBlock> {
    const calls: Transaction[] = [];
    for (let i = 0; i < count; i++)
      calls.push(await this.#send(bob, { to: created(bob, 0), gasLimit: 1_000_000n }));
    return this.#block(calls);
  }

  /** Slots written, overwritten and cleared; contracts made, destroyed and made again; code delegated; a failure. */
  async mixture(): Promise<LoadBlock> {
    const store = created(carol, 0);
    const write = (slot: number, value: number) =>
      this.#send(carol, { to: store, data: `0x${word(slot)}${word(value)}`, gasLimit: 100_000n });
    const height = this.#height;
    const authorization = await wallet(60 + height).authorize({ address: store, nonce: 0, chainId: 73311 });
    return this.#block([
      await write(height % 3, height),
      await write((height + 1) % 3, 0),
      await this.#send(dave, {
        to: created(dave, 0),
        data: CREATION_CODE.selfDestruct,
        gasLimit: 300_000n,
      }),
      await this.#send(bob, { to: created(bob, 0), gasLimit: 400_000n }),
      await this.#send(bob, {
        type: 4,
        to: wallet(60 + height).address,
        data: `0x${word(1)}${word(7)}`,
        gasLimit: 200_000n,
        authorizationList: [authorization],
      }),
    ]);
  }

  empty(): LoadBlock {
    return this.#block([]);
  }

  #block(transactions: readonly Transaction[]): LoadBlock {
    const { hash, timestamp } = this.genesis;
    const number = ++this.#height;
    const context = {
      number,
      timestamp: timestamp + number,
      miner: addressOf(wallet(10)),
      gasLimit: 1_000_000_000n,
      baseFeePerGas: 1_000_000_000n,
      mixHash: hash,
      parentHash: hash,
      parentBeaconBlockRoot: hash,
      difficulty: 0n,
      excessBlobGas: 0n,
    };
    return { context, transactions };
  }

  async #send(from: Wallet, request: TransactionRequest): Promise<Transaction> {
    const nonce = this.#nonces.get(from) ?? 0;
    this.#nonces.set(from, nonce + 1);
    return decodeTransaction(await signed(from, { nonce, ...request }));
  }
}
