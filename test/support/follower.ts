import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import type { Cluster } from "@causeway/devnet/cluster";
import { ManagedProcess } from "@causeway/devnet/managedProcess";
import { waitFor } from "@causeway/devnet/waitFor";
import { rpc } from "./rpc.js";
import { CAUSEWAY } from "./testCluster.js";

/** A port that the cluster's layout leaves free. */
const RPC_OFFSET = 5;
const START_MS_MAX = 180_000;

/** A node without a key, in a process of its own, that knows only the peers it is given. */
export class Follower {
  private process: ManagedProcess | null = null;

  /** @param name of its directory in the cluster's. */
  constructor(
    private readonly cluster: Cluster,
    private readonly name: string,
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.cluster.options.ports.rpc + RPC_OFFSET}`;
  }

  /** Everything it has logged in all its lives. */
  log(): Promise<string> {
    return readFile(this.cluster.path(`${this.name}/node.log`), "utf8");
  }

  async height(): Promise<number> {
    return Number(await rpc<string>(this.url, "eth_blockNumber"));
  }

  /** Start, or start again with the same chain; answers JSON-RPC when this resolves. @param bootPeers multiaddrs. */
  async start(bootPeers: readonly string[]): Promise<void> {
    const { cluster, name } = this;
    if (this.process === null) {
      await mkdir(cluster.path(name));
      const identity = `0x${randomBytes(32).toString("hex")}\n`;
      await writeFile(cluster.path(`${name}/identity.key`), identity, { mode: 0o600 });
    }
    const p2p = { identityFile: "identity.key", listen: ["/ip4/127.0.0.1/tcp/0"], bootPeers, allowlist: [] };
    const rpcPort = cluster.options.ports.rpc + RPC_OFFSET;
    const config = { name, genesis: "../genesis.json", dataDir: ".", p2p, rpc: { port: rpcPort } };
    await writeFile(cluster.path(`${name}/config.json`), JSON.stringify(config));
    this.process ??= new ManagedProcess({
      name,
      command: process.execPath,
      args: [CAUSEWAY, "node", "--config", cluster.path(`${name}/config.json`)],
      logFile: cluster.path(`${name}/node.log`),
    });
    this.process.start();
    await waitFor("the follower to answer", () => this.height(), { timeoutMs: START_MS_MAX });
  }

  async stop(): Promise<void> {
    await this.process?.stop();
  }
}
