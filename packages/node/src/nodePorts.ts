import { type Chain, openChain } from "@causeway/chain/openChain";
import { createNetwork } from "@causeway/network/createNetwork";
import type { Genesis } from "@causeway/protocol/genesis";
import type { Recover } from "@causeway/protocol/signature";
import type { NodeConfig } from "./config/nodeConfig.js";
import { openKeys, readIdentitySeed } from "./config/openKeys.js";
import { readGenesis } from "./config/readGenesis.js";
import type { Clock } from "./ports/clock.js";
import type { FileSystem } from "./ports/fileSystem.js";
import type { Logger } from "./ports/logger.js";
import { nodeFileSystem } from "./ports/nodeFileSystem.js";
import type { Random } from "./ports/random.js";
import { systemClock, systemRandom, systemTimers } from "./ports/systemPorts.js";
import type { Timers } from "./ports/timers.js";
import { acquireProcessLock } from "./record/processLock.js";
import type { Signer } from "./signer/keyRing.js";
import { recover } from "./signer/recover.js";

/**
 * The parts a node is made of. The real ones are {@link systemNodePorts}; a test replaces single ones, e.g. a network
 * that withholds messages or a chain that builds forbidden blocks, and runs the rest unchanged.
 */
export interface NodePorts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly fileSystem: FileSystem;
  /** Hold a path for this process (W6). Returns the release. */
  readonly lock: (path: string) => () => void;
  readonly readGenesis: (path: string) => Genesis;
  readonly readIdentitySeed: (config: NodeConfig) => Uint8Array;
  readonly openKeys: (config: NodeConfig) => Promise<Signer>;
  readonly recover: Recover;
  readonly openChain: (genesis: Genesis, directory: string, log: Logger) => Promise<Chain>;
  readonly createNetwork: typeof createNetwork;
}

export const systemNodePorts: NodePorts = {
  clock: systemClock,
  timers: systemTimers,
  random: systemRandom,
  fileSystem: nodeFileSystem,
  lock: acquireProcessLock,
  readGenesis,
  readIdentitySeed,
  openKeys,
  recover,
  openChain: (genesis, dataDir, log) =>
    openChain({ genesis, dataDir, log, now: () => systemClock.monotonicMs() }),
  createNetwork,
};
