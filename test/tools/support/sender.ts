import assert from "node:assert/strict";
import {
  Contract,
  ContractFactory,
  getCreateAddress,
  type InterfaceAbi,
  parseUnits,
  type TransactionReceipt,
  type TransactionRequest,
  type Wallet,
} from "ethers";
import { type ToolAccount, toolWallet } from "./toolAccounts.js";
import type { ToolChain } from "./toolChain.js";

/** Enough for any call below; a deployment of 24 KB asks for more. */
const GAS_LIMIT = 3_000_000;
const FEES = { maxFeePerGas: parseUnits("10", "gwei"), maxPriorityFeePerGas: 1n };
const RECEIPT_TIMEOUT_MS = 180_000;

export interface Deployable {
  readonly abi: InterfaceAbi;
  readonly bytecode: string;
}

interface SendOptions {
  readonly value?: bigint;
  readonly gasLimit?: number;
  /** The transaction is mined and fails. */
  readonly fails?: true;
}

interface Sent {
  readonly what: string;
  readonly hash: string;
  readonly fails: boolean;
}

/**
 * One account that sends without waiting, so that a whole story fits into one block; `settle` waits for all of it and
 * holds each transaction to the outcome it was sent with.
 */
export class Sender {
  readonly chain: ToolChain;
  readonly wallet: Wallet;
  #nonce: number;
  #sent: Sent[] = [];

  private constructor(chain: ToolChain, wallet: Wallet, nonce: number) {
    this.chain = chain;
    this.wallet = wallet;
    this.#nonce = nonce;
  }

  static async open(chain: ToolChain, account: ToolAccount): Promise<Sender> {
    const wallet = toolWallet(account).connect(chain.provider);
    return new Sender(chain, wallet, await wallet.getNonce());
  }

  get address(): string {
    return this.wallet.address;
  }

  get nonce(): number {
    return this.#nonce;
  }

  /** @returns the contract at the address it will have. */
  async deploy(
    { abi, bytecode }: Deployable,
    args: readonly unknown[] = [],
    options: SendOptions = {},
  ): Promise<Contract> {
    const at = getCreateAddress({ from: this.address, nonce: this.#nonce });
    const { data } = await new ContractFactory(abi, bytecode).getDeployTransaction(...args);
    await this.send(`deployment at ${at}`, { data }, options);
    return new Contract(at, abi, this.chain.provider);
  }

  /** @param method name or signature in the contract's ABI. */
  async call(
    contract: Contract,
    method: string,
    args: readonly unknown[] = [],
    options: SendOptions = {},
  ): Promise<void> {
    const data = contract.interface.encodeFunctionData(method, args);
    await this.send(method, { to: await contract.getAddress(), data }, options);
  }

  async send(
    what: string,
    request: TransactionRequest,
    { fails, ...options }: SendOptions = {},
  ): Promise<void> {
    const raw = await this.wallet.signTransaction({
      ...{ type: 2, chainId: this.chain.chainId, nonce: this.#nonce++, gasLimit: GAS_LIMIT, ...FEES },
      ...request,
      ...options,
    });
    const { hash } = await this.chain.provider.broadcastTransaction(raw);
    this.#sent.push({ what, hash, fails: fails === true });
  }

  /** @returns the receipts of all that was sent since the last time, in order. */
  async settle(): Promise<TransactionReceipt[]> {
    const sent = this.#sent;
    this.#sent = [];
    return Promise.all(
      sent.map(async ({ what, hash, fails }) => {
        const receipt = await this.chain.provider.waitForTransaction(hash, 1, RECEIPT_TIMEOUT_MS);
        assert.equal(receipt?.status, fails ? 0 : 1, `${what} (${hash})`);
        return receipt as TransactionReceipt;
      }),
    );
  }
}
