import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildGenesis, type GenesisFile } from "@causeway/chain/genesis/buildGenesis";
import { genesisBlock } from "@causeway/chain/genesis/genesisBlock";
import type { Chain } from "@causeway/chain/openChain";
import { parseGenesis } from "@causeway/protocol/genesis";
import type { Address, Hash } from "@causeway/protocol/hex";
import { hexlify, toBeHex } from "ethers";
import { type NodeConfigFile, nodeConfigSchema } from "../../src/config/nodeConfig.js";
import { nodePaths } from "../../src/config/nodePaths.js";
import { type NodePorts, systemNodePorts } from "../../src/nodePorts.js";
import type { Logger } from "../../src/ports/logger.js";
import { createSafetyRecord } from "../../src/record/createSafetyRecord.js";
import type { KeyRing } from "../../src/signer/keyRing.js";
import { type RunningNode, startNode } from "../../src/startNode.js";
import { testKeyRings } from "./testKeys.js";

export const TEST_CHAIN_ID = 73_311;

export interface TestNode {
  readonly index: number;
  readonly address: Address;
  readonly dataDir: string;
  readonly chain: Chain;
  readonly running: RunningNode;
  readonly log: CapturedLog;
}

/** Log lines of one life of a node, as [level, fields, message]. */
export class CapturedLog implements Logger {
  readonly lines: { readonly level: string; readonly fields: object; readonly message: string }[] = [];
  debug = (fields: object, message: string) => this.#add("debug", fields, message);
  info = (fields: object, message: string) => this.#add("info", fields, message);
  warn = (fields: object, message: string) => this.#add("warn", fields, message);
  error = (fields: object, message: string) => this.#add("error", fields, message);

  #add(level: string, fields: object, message: string): void {
    this.lines.push({ level, fields, message });
    if (process.env.CAUSEWAY_TEST_LOG !== undefined) console.log(level, message, fields);
  }
}

export interface TestNetworkOptions {
  readonly validators: number;
  readonly accounts?: ReadonlyMap<Address, bigint>;
  readonly emptyBlockPeriodSeconds?: number;
  /** Parts of node i that differ from the real ones. */
  readonly ports?: (index: number) => Partial<NodePorts>;
  /** Serve JSON-RPC on a free port. */
  readonly rpc?: boolean;
}

/** Validators in this process, on real sockets and real files below one temporary directory. */
export class TestNetwork {
  readonly directory = mkdtempSync(join(tmpdir(), "causeway-node-"));
  readonly keys: readonly KeyRing[];
  readonly nodes = new Map<number, TestNode>();
  readonly #options: TestNetworkOptions;
  #genesisHash: Hash = "0x";

  private constructor(options: TestNetworkOptions) {
    this.#options = options;
    this.keys = testKeyRings(options.validators);
  }

  /** Writes genesis, identities and safety records; starts nothing. */
  static async create(options: TestNetworkOptions): Promise<TestNetwork> {
    const network = new TestNetwork(options);
    const genesis = await network.#buildGenesis();
    writeFileSync(network.#genesisPath, JSON.stringify(genesis));
    network.#genesisHash = (await genesisBlock(parseGenesis(genesis))).hash;
    for (const [index, ring] of network.keys.entries()) {
      mkdirSync(network.dataDir(index));
      writeFileSync(
        join(network.dataDir(index), "identity.key"),
        hexlify(new Uint8Array(32).fill(index + 1)),
      );
      for (const key of ring.addresses)
        createSafetyRecord(nodePaths(network.dataDir(index)).safety, key, network.#genesisHash);
    }
    return network;
  }

  get genesisHash(): Hash {
    return this.#genesisHash;
  }

  dataDir(index: number): string {
    return join(this.directory, `node-${index}`);
  }

  async startAll(): Promise<void> {
    for (const index of this.keys.keys()) await this.start(index);
  }

  /** @param overrides parts of this one life of the node; @param settings of its config. */
  async start(
    index: number,
    overrides: Partial<NodePorts> = {},
    settings: Partial<NodeConfigFile> = {},
  ): Promise<TestNode> {
    const log = new CapturedLog();
    let chain: Chain | null = null;
    const given = { ...this.#options.ports?.(index), ...overrides };
    const openChain = given.openChain ?? systemNodePorts.openChain;
    const running = await startNode(this.#config(index, settings), {
      log,
      ports: {
        openKeys: async () => this.keys[index] as KeyRing,
        // Several lives of a node share this process: its pid tells them apart no more.
        lock: () => () => {},
        ...given,
        openChain: async (...parameters) => {
          chain = await openChain(...parameters);
          return chain;
        },
      },
    });
    const node = {
      index,
      address: this.keys[index]?.addresses[0] as Address,
      dataDir: this.dataDir(index),
      chain: chain as unknown as Chain,
      running,
      log,
    };
    this.nodes.set(index, node);
    return node;
  }

  async stop(index: number): Promise<void> {
    const node = this.nodes.get(index);
    this.nodes.delete(index);
    await node?.running.close();
  }

  async destroy(): Promise<void> {
    for (const index of [...this.nodes.keys()]) await this.stop(index).catch(() => undefined);
    rmSync(this.directory, { recursive: true, force: true });
  }

  get #genesisPath(): string {
    return join(this.directory, "genesis.json");
  }

  #config(index: number, settings: Partial<NodeConfigFile>) {
    return nodeConfigSchema.parse({
      name: `node-${index}`,
      genesis: this.#genesisPath,
      dataDir: this.dataDir(index),
      p2p: {
        identityFile: join(this.dataDir(index), "identity.key"),
        listen: ["/ip4/127.0.0.1/tcp/0"],
        bootPeers: [...this.nodes.values()].flatMap(({ running }) => [...running.addresses]),
      },
      rpc: this.#options.rpc === true ? { port: 0 } : null,
      metrics: { port: 0 },
      ...settings,
    });
  }

  #buildGenesis(): Promise<GenesisFile> {
    return buildGenesis({
      chainId: TEST_CHAIN_ID,
      timestamp: Math.floor(Date.now() / 1_000) - 60,
      validators: this.keys.map(({ addresses: [key] }, i) => ({
        consensusKey: key as Address,
        operator: toBeHex(0x0be0_0000 + i, 20) as Address,
      })),
      attesters: [],
      accounts: this.#options.accounts ?? new Map(),
      causeway: {
        emptyBlockPeriodSeconds: this.#options.emptyBlockPeriodSeconds ?? 1,
        requestTimeoutMs: 1_000,
        minValidators: Math.min(4, this.#options.validators),
      },
      bridge: null,
    });
  }
}
