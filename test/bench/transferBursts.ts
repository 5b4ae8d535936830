import type { Cluster } from "@causeway/devnet/cluster";
import { DEV_ACCOUNTS, devAccount } from "@causeway/devnet/devnetAccounts";
import { parseUnits, Wallet } from "ethers";
import { rpcAnswer } from "../support/rpc.js";

const TRANSFER_GAS = 21_000n;
const MAX_FEE = parseUnits("10", "gwei");
const TIP = parseUnits("1", "gwei");

/** Transfers signed beforehand, sent a block's worth at a time, each account's to one validator so that none waits for a gap. */
export class TransferBursts {
  private readonly wallets = Array.from(
    { length: DEV_ACCOUNTS },
    (_, i) => new Wallet(devAccount(i).privateKey),
  );
  /** Raw transfers of each burst, by account. */
  private readonly signed: string[][][] = [];
  private next = 0;

  /** @param perBurst transfers of one burst, a multiple of the number of accounts. */
  constructor(
    private readonly cluster: Cluster,
    private readonly perBurst: number,
  ) {}

  async sign(bursts: number): Promise<void> {
    const each = this.perBurst / this.wallets.length;
    for (let burst = 0; burst < bursts; burst++) {
      const transfers = this.wallets.map((wallet) =>
        Promise.all(Array.from({ length: each }, (_, k) => this.transfer(wallet, burst * each + k))),
      );
      this.signed.push(await Promise.all(transfers));
    }
  }

  /** Resolves when the validators have taken all of it. @throws Error when one is refused. */
  async send(): Promise<void> {
    const burst = this.signed[this.next++];
    if (burst === undefined) throw new Error(`only ${this.signed.length} bursts were signed`);
    await Promise.all(burst.map((transfers, account) => this.submit(account, transfers)));
  }

  private async submit(account: number, transfers: readonly string[]): Promise<void> {
    const url = this.cluster.rpcUrl(1 + (account % this.cluster.options.validators));
    const batch = transfers.map((raw, id) => ({
      ...{ jsonrpc: "2.0", id, method: "eth_sendRawTransaction", params: [raw] },
    }));
    const answers = (await rpcAnswer(url, batch)) as unknown as readonly {
      readonly error?: { message: string };
    }[];
    for (const { error } of answers)
      if (error !== undefined) throw new Error(`transfer refused: ${error.message}`);
  }

  private transfer(wallet: Wallet, nonce: number): Promise<string> {
    return wallet.signTransaction({
      type: 2,
      chainId: this.cluster.options.chainId,
      nonce,
      to: wallet.address,
      value: 1n,
      gasLimit: TRANSFER_GAS,
      maxFeePerGas: MAX_FEE,
      maxPriorityFeePerGas: TIP,
    });
  }
}
