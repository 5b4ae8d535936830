import type { Cluster } from "@causeway/devnet/cluster";
import { JsonRpcProvider } from "ethers";
import { removeCluster, startUnbridged, TEST_CHAIN_ID } from "../../support/testCluster.js";
import { TOOL_ACCOUNT_ETHER, TOOL_ACCOUNTS, toolWallet } from "./toolAccounts.js";

/** Asked more often than blocks come. */
const POLLING_INTERVAL_MS = 100;

/** Four validators that every tool's test speaks to, so that the replays at the end see all that the tools did. */
export interface ToolChain {
  readonly cluster: Cluster;
  readonly chainId: number;
  /** HTTP and websocket of validator 1. */
  readonly url: string;
  readonly wsUrl: string;
  readonly provider: JsonRpcProvider;
}

let shared: Promise<ToolChain> | undefined;

export function toolChain(): Promise<ToolChain> {
  shared ??= start();
  return shared;
}

export async function endToolChain(): Promise<void> {
  const chain = await shared?.catch(() => undefined);
  shared = undefined;
  chain?.provider.destroy();
  await removeCluster(chain?.cluster);
}

async function start(): Promise<ToolChain> {
  const cluster = await startUnbridged({
    initArgs: [
      ...["--empty-block-period", "1"],
      ...TOOL_ACCOUNTS.flatMap((name) => ["--fund", `${toolWallet(name).address}=${TOOL_ACCOUNT_ETHER}`]),
    ],
  });
  const url = cluster.rpcUrl(1);
  const provider = new JsonRpcProvider(url, TEST_CHAIN_ID, { staticNetwork: true });
  provider.pollingInterval = POLLING_INTERVAL_MS;
  return { cluster, chainId: TEST_CHAIN_ID, url, wsUrl: url.replace("http", "ws"), provider };
}
