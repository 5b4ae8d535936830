import type { Chain } from "@causeway/chain/openChain";
import type { Genesis } from "@causeway/protocol/genesis";
import type { NodeConfig } from "../config/nodeConfig.js";
import type { NodePaths } from "../config/nodePaths.js";
import type { NodePorts } from "../nodePorts.js";
import type { Logger } from "../ports/logger.js";
import type { Signer } from "../signer/keyRing.js";

/** What a node is assembled from: opened files and keys, nothing running. */
export interface NodeMaterial {
  readonly config: NodeConfig;
  readonly genesis: Genesis;
  readonly paths: NodePaths;
  readonly signer: Signer;
  readonly chain: Chain;
  readonly ports: NodePorts;
  readonly log: Logger;
  readonly acceptNewSafetyRecord: boolean;
  /** The node cannot go on. */
  readonly onFailure: (error: unknown) => void;
}
