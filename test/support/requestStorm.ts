import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { Cluster } from "@causeway/devnet/cluster";
import { devAccount } from "@causeway/devnet/devnetAccounts";
import { JsonRpcProvider, parseUnits, Wallet } from "ethers";

/** Requests answered, by kind; failed are those without: a client too slow for what it asked is cut off. */
export interface StormCounts {
  readonly calls: number;
  readonly logs: number;
  readonly traces: number;
  readonly failed: number;
}

/** Logs of one transaction, and transactions with logs: in all just below what one query may return. */
const LOGS_EACH = 2_000;
const LOGGING_TRANSACTIONS = 9;
/** Creation code that logs nothing 2,000 times: PUSH2 2000, JUMPDEST, LOG0(0, 0), minus one, until it is none. */
const LOGGING_CODE = `0x61${LOGS_EACH.toString(16).padStart(4, "0")}5b60006000a0600190038060035700`;
const LOGGING_GAS = 1_500_000n;

/** Clients that ask every validator for the dearest things without pause, from a process of their own. */
export class RequestStorm {
  private constructor(private readonly child: ChildProcess) {}

  /** Fill the chain with as many logs as one query may return. @param account of the devnet's, whose nonce is 0. */
  static async prepare(cluster: Cluster, account: number): Promise<void> {
    const provider = new JsonRpcProvider(cluster.rpcUrl(1), cluster.options.chainId, { staticNetwork: true });
    const wallet = new Wallet(devAccount(account).privateKey, provider);
    try {
      const sent = Array.from({ length: LOGGING_TRANSACTIONS }, (_, nonce) =>
        wallet.sendTransaction({
          ...{ data: LOGGING_CODE, nonce, gasLimit: LOGGING_GAS },
          ...{ maxFeePerGas: parseUnits("10", "gwei"), maxPriorityFeePerGas: parseUnits("1", "gwei") },
        }),
      );
      for (const transaction of await Promise.all(sent)) {
        const receipt = await transaction.wait();
        if (receipt?.logs.length !== LOGS_EACH)
          throw new Error(`${receipt?.logs.length} logs, not ${LOGS_EACH}`);
      }
    } finally {
      provider.destroy();
    }
  }

  /** @param clients at each validator, evenly over calls, logs and traces. */
  static begin(cluster: Cluster, clients: number): RequestStorm {
    const urls = cluster.validators.map((_, i) => cluster.rpcUrl(i + 1));
    return new RequestStorm(fork(new URL("./stormClient.js", import.meta.url), [String(clients), ...urls]));
  }

  async end(): Promise<StormCounts> {
    const told = once(this.child, "message");
    this.child.send("end");
    const [counts] = (await told) as [StormCounts];
    await this.abandon();
    return counts;
  }

  /** End it where nobody wants to hear of it. */
  async abandon(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, "exit");
    this.child.kill();
    await gone;
  }
}
