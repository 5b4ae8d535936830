import type { Chain } from "@causeway/chain/openChain";
import type { NetworkHandlers, NetworkPort } from "@causeway/network/networkPort";
import { nodeConfigSchema } from "@causeway/node/config/nodeConfig";
import { nodePaths } from "@causeway/node/config/nodePaths";
import type { NodePorts } from "@causeway/node/nodePorts";
import type { FileSystem } from "@causeway/node/ports/fileSystem";
import type { Logger } from "@causeway/node/ports/logger";
import { SafetyRecord } from "@causeway/node/record/safetyRecord";
import type { Signer } from "@causeway/node/signer/keyRing";
import { type RunningNode, startNode } from "@causeway/node/startNode";
import type { Genesis } from "@causeway/protocol/genesis";
import type { Address, Hash } from "@causeway/protocol/hex";
import type { Recover } from "@causeway/protocol/signature";
import type { ChainWorld } from "../backend/chainBackend.js";
import type { ChainStorage } from "../backend/chainStorage.js";
import { SimulatedDisk } from "../disk/simulatedDisk.js";
import { PRIORITY } from "../time/scheduler.js";
import type { SeededRandom } from "../time/seededRandom.js";
import { isCrash, Life, type PointKind } from "./life.js";

/** What a node needs of the world it lives in. */
export interface NodeWorld {
  readonly genesis: Genesis;
  readonly genesisHash: Hash;
  readonly recover: Recover;
  readonly log: Logger;
  nowMs(): number;
  at(
    node: { readonly index: number; readonly life: Life },
    delayMs: number,
    priority: number,
    run: () => void,
  ): () => void;
  chainWorld(node: SimulatedNode, life: Life): ChainWorld;
  createNetwork(node: SimulatedNode, life: Life, handlers: NetworkHandlers): NetworkPort;
  /** Whether the node dies at this point. */
  onPoint(node: SimulatedNode, kind: PointKind): boolean;
  /** The node's chain is open; nothing else of it runs before this resolves, to the chain as the node gets it. */
  onChainOpen(node: SimulatedNode, chain: Chain): Promise<Chain>;
  /** The process ended by an error of its own. */
  onFailed(node: SimulatedNode, error: unknown): void;
}

/** What a machine is given. */
export interface Machine {
  readonly index: number;
  /** One of the signer's keys. */
  readonly firstKey: Address;
  readonly signer: Signer;
  readonly random: SeededRandom;
  readonly storage: ChainStorage;
}

const NEVER_CRASHES = () => false;

/** One machine: its disk and keys, and the production node that runs on it in one life after another. */
export class SimulatedNode {
  readonly index: number;
  /** The key it signed with first. */
  readonly key: Address;
  /** All keys it holds: more than one where it rotates (V4). */
  readonly keys: readonly Address[];
  readonly disk = new SimulatedDisk();
  readonly storage: ChainStorage;
  readonly random: SeededRandom;
  /** Error of the machine's clock in milliseconds (C13). */
  skewMs = 0;
  /** What waits for the thread waits up to this long. */
  lagMsMax = 0;
  /** Virtual time until which the process is stopped, as by SIGSTOP. */
  pausedUntilMs = 0;
  /** The safety stop that its operator resumes after at the next start (F2). */
  resumeAfterSafetyStop: string | undefined;
  #life: Life | null = null;
  #running: RunningNode | null = null;
  readonly #world: NodeWorld;
  readonly #signer: Signer;

  constructor(world: NodeWorld, { index, firstKey, signer, random, storage }: Machine) {
    this.index = index;
    this.#world = world;
    this.#signer = signer;
    this.key = firstKey;
    this.keys = signer.addresses;
    this.random = random;
    this.storage = storage;
    const born = new Life(NEVER_CRASHES);
    // As `causeway init` and `causeway validator new-key` do it (W5).
    for (const key of this.keys) {
      const location = { directory: this.paths.safety, key, genesisHash: world.genesisHash };
      SafetyRecord.create(this.disk.open(born), location, 0).close();
    }
  }

  get id(): string {
    return `node-${this.index}`;
  }

  get paths() {
    return nodePaths(`/${this.id}`);
  }

  get life(): Life | null {
    return this.#life?.alive === true ? this.#life : null;
  }

  /** Why it made a safety stop; null while all is well. */
  get haltedReason(): string | null {
    return this.life === null ? null : (this.#running?.halted() ?? null);
  }

  /** Whether a power loss now might not leave all that was written. */
  get hasUnsynced(): boolean {
    return this.disk.unsyncedBytes > 0 || this.storage.unsyncedBatches > 0;
  }

  /** A gauge of the running process; null while it is down. */
  async gauge(name: string): Promise<number | null> {
    const metric = this.life === null ? null : await this.#running?.registry.getSingleMetric(name)?.get();
    return metric?.values[0]?.value ?? null;
  }

  /** Start the process; nothing happens when it runs. Resolves when it is up, or died on the way. */
  async start(): Promise<void> {
    if (this.life !== null) return;
    const life = new Life((kind) => this.#world.onPoint(this, kind));
    this.#life = life;
    this.#running = null;
    try {
      const running = await startNode(this.#config(), {
        log: this.#world.log,
        ports: this.#ports(life),
        resumeAfterSafetyStop: this.resumeAfterSafetyStop,
      });
      if (!life.alive) return;
      this.#running = running;
      running.ended.catch((error: unknown) => this.#failed(life, error));
    } catch (error) {
      this.#failed(life, error);
    }
  }

  /** The process is gone; the disk stays as it is. @returns whether it ran. */
  kill(): boolean {
    const ran = this.life !== null;
    this.#life?.end();
    this.#life = null;
    return ran;
  }

  #failed(life: Life, error: unknown): void {
    if (!life.alive || isCrash(error)) return;
    this.#world.onFailed(this, error);
  }

  #config() {
    return nodeConfigSchema.parse({
      name: this.id,
      genesis: "genesis.json",
      dataDir: `/${this.id}`,
      p2p: { identityFile: "identity", listen: ["/memory/0"] },
      rpc: null,
      metrics: null,
    });
  }

  /** Every way out of the node: here the simulation takes the place of the machine. */
  #ports(life: Life): NodePorts {
    const world = this.#world;
    const fileSystem: FileSystem = this.disk.open(life);
    return {
      clock: {
        wallMs: () => Math.floor(world.nowMs() + this.skewMs),
        monotonicMs: () => world.nowMs(),
      },
      timers: {
        after: (delayMs, action) => world.at({ index: this.index, life }, delayMs, PRIORITY.timer, action),
        soon: (action) => {
          const lagMs = this.lagMsMax > 0 ? this.random.integer(0, this.lagMsMax) : 0;
          world.at({ index: this.index, life }, lagMs, PRIORITY.soon, action);
        },
      },
      random: () => this.random.next(),
      fileSystem,
      lock: () => () => {},
      readGenesis: () => world.genesis,
      readIdentitySeed: () => new Uint8Array(32),
      openKeys: async () => this.#signer,
      recover: world.recover,
      openChain: async () => world.onChainOpen(this, await this.storage.open(world.chainWorld(this, life))),
      createNetwork: (_options, handlers) => world.createNetwork(this, life, handlers),
    };
  }
}
