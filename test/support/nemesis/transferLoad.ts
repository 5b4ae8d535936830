import { setTimeout as delay } from "node:timers/promises";
import type { Cluster } from "@causeway/devnet/cluster";
import { devAccount } from "@causeway/devnet/devnetAccounts";
import { waitFor } from "@causeway/devnet/waitFor";
import type { Address, Hash } from "@causeway/protocol/hex";
import { keccak256, parseUnits, type TransactionRequest, Wallet } from "ethers";
import { rpcWithin } from "../rpc.js";

const TRANSFER_GAS = 21_000n;
const MAX_FEE = parseUnits("10", "gwei");
const TIP = parseUnits("1", "gwei");
/** A validator that is stopped answers nobody. */
const CALL_TIMEOUT_MS = 1_000;
/** A transfer that is in no block by then is sent again: the node that took it may have died. */
const RESEND_MS = 1_500;
const DRAIN_TIMEOUT_MS = 180_000;

export interface LoadOptions {
  /** Indices of the well-known accounts that send. */
  readonly accounts: readonly number[];
  /** Transfers of one account that may be in no block yet. */
  readonly outstandingMax: number;
  /** Pause between two looks at each account. */
  readonly tickMs: number;
}

const DEFAULT_LOAD: LoadOptions = { accounts: [0, 1, 2, 3], outstandingMax: 3, tickMs: 250 };

interface Sender {
  readonly wallet: Wallet;
  readonly address: Address;
  /** Signed transfers by nonce. */
  readonly sent: { readonly hash: Hash; readonly raw: string; sentAtMs: number }[];
  executed: number;
}

/**
 * A steady, bounded stream of transfers through the public RPC of whichever validators answer. A transfer is sent again,
 * the same bytes, until it is in a block: so each must be executed exactly once, whatever happens to the nodes.
 */
export class TransferLoad {
  private readonly senders: readonly Sender[];
  private readonly recipient = Wallet.createRandom().address;
  private running: Promise<void> = Promise.resolve();
  private phase: "idle" | "sending" | "draining" = "idle";
  private next = 0;

  constructor(
    private readonly cluster: Cluster,
    private readonly options: LoadOptions = DEFAULT_LOAD,
  ) {
    this.senders = options.accounts.map((index) => {
      const wallet = new Wallet(devAccount(index).privateKey);
      return { wallet, address: wallet.address.toLowerCase() as Address, sent: [], executed: 0 };
    });
  }

  /** Hashes of all transfers ever sent, by sender and nonce. */
  get sent(): ReadonlyMap<Address, readonly Hash[]> {
    return new Map(this.senders.map(({ address, sent }) => [address, sent.map(({ hash }) => hash)]));
  }

  start(): void {
    if (this.phase !== "idle") throw new Error("the load runs already");
    this.phase = "sending";
    this.running = this.run();
  }

  /** Send nothing new and wait until all that was sent is executed. */
  async drain(): Promise<void> {
    this.phase = "draining";
    const left = () => this.senders.reduce((sum, { sent, executed }) => sum + sent.length - executed, 0);
    try {
      await waitFor("every transfer to be in a block", () => (left() === 0 ? true : null), {
        timeoutMs: DRAIN_TIMEOUT_MS,
      });
    } finally {
      await this.stop();
    }
  }

  async stop(): Promise<void> {
    this.phase = "idle";
    await this.running;
  }

  private async run(): Promise<void> {
    while (this.phase !== "idle") {
      await Promise.all(this.senders.map((sender) => this.tick(sender).catch(() => {})));
      await delay(this.options.tickMs);
    }
  }

  private async tick(sender: Sender): Promise<void> {
    const count = await this.call<string>("eth_getTransactionCount", sender.address, "latest");
    // A node that is behind knows fewer.
    sender.executed = Math.max(sender.executed, Number(count));
    const { sent, executed } = sender;
    if (this.phase === "sending" && sent.length - executed < this.options.outstandingMax)
      sent.push(await this.signed(sender));
    const dueBefore = performance.now() - RESEND_MS;
    for (const transfer of sent.slice(executed)) {
      if (transfer.sentAtMs > dueBefore) continue;
      transfer.sentAtMs = performance.now();
      // Refused when a node has it already or is behind: it is sent again until it is in a block.
      await this.call("eth_sendRawTransaction", transfer.raw).catch(() => {});
    }
  }

  private async signed({ wallet, sent }: Sender) {
    const transfer: TransactionRequest = {
      type: 2,
      chainId: this.cluster.options.chainId,
      nonce: sent.length,
      to: this.recipient,
      value: 1n,
      gasLimit: TRANSFER_GAS,
      maxFeePerGas: MAX_FEE,
      maxPriorityFeePerGas: TIP,
    };
    const raw = await wallet.signTransaction(transfer);
    return { hash: keccak256(raw) as Hash, raw, sentAtMs: Number.NEGATIVE_INFINITY };
  }

  /** Ask the validators in turn. */
  private call<T>(method: string, ...params: readonly unknown[]): Promise<T> {
    const running = this.cluster.validators.flatMap(({ running }, i) => (running ? [i + 1] : []));
    const i = running[this.next++ % Math.max(1, running.length)] ?? 1;
    return rpcWithin<T>(CALL_TIMEOUT_MS, this.cluster.rpcUrl(i), method, ...params);
  }
}
