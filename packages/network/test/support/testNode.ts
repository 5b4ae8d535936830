import type { CertifiedBlock } from "@causeway/protocol/certifiedBlock";
import type { ConsensusMessage } from "@causeway/protocol/consensusMessage";
import { forkId } from "@causeway/protocol/forkId";
import type { Hash } from "@causeway/protocol/hex";
import { recoverWithEthers } from "@causeway/protocol/signature";
import { getBytes, id } from "ethers";
import { peerIdOf } from "../../src/connections/identity.js";
import { createNetwork } from "../../src/createNetwork.js";
import type { NetworkHandlers, NetworkOptions, NetworkPort, Peer } from "../../src/networkPort.js";
import { domain, validators } from "./sampleChain.js";
import { until } from "./until.js";

/** Of the chain spec of every test node. */
export const MAX_BLOCK_BYTES = 1024 * 1024;

/** One log line as a test sees it. */
export interface LogLine {
  readonly level: "debug" | "info" | "warn";
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/** A network with everything it told its host. */
export interface TestNode {
  readonly network: NetworkPort;
  readonly messages: { readonly peer: string; readonly message: ConsensusMessage }[];
  readonly decided: { readonly peer: string; readonly decided: CertifiedBlock }[];
  readonly transactions: { readonly peer: string; readonly transaction: Uint8Array }[];
  readonly heads: { readonly peer: string; readonly height: number; readonly hash: Hash }[];
  readonly connected: Peer[];
  readonly disconnected: string[];
  readonly refused: string[];
  readonly log: LogLine[];
}

export interface TestNodeSettings {
  readonly boot?: readonly string[];
  readonly port?: number;
  readonly options?: Partial<NetworkOptions>;
  readonly handlers?: Partial<NetworkHandlers>;
}

export function seedOf(index: number): Uint8Array {
  return getBytes(id(`node ${index}`));
}

export function peerIdOfNode(index: number): string {
  return peerIdOf(seedOf(index));
}

/** Start node `index` as validator `index` on a free loopback port. */
export async function startNode(index: number, settings: TestNodeSettings = {}): Promise<TestNode> {
  const node = makeNode(index, settings);
  await node.network.start();
  return node;
}

function makeNode(index: number, settings: TestNodeSettings): TestNode {
  const log: LogLine[] = [];
  const writer = (level: LogLine["level"]) => (fields: object, message: string) =>
    void log.push({ level, fields: fields as LogLine["fields"], message });
  const record = {
    messages: [] as TestNode["messages"],
    decided: [] as TestNode["decided"],
    transactions: [] as TestNode["transactions"],
    heads: [] as TestNode["heads"],
    connected: [] as Peer[],
    disconnected: [] as string[],
    refused: [] as string[],
  };
  const network = createNetwork(
    {
      identitySeed: seedOf(index),
      listen: [`/ip4/127.0.0.1/tcp/${settings.port ?? 0}`],
      bootPeers: settings.boot ?? [],
      allowlist: null,
      ...domain,
      forkId: forkId(domain.genesisHash, [], 0),
      maxBlockBytes: MAX_BLOCK_BYTES,
      isValidator: (key) => validators.some(({ address }) => address === key),
      recover: recoverWithEthers,
      log: { debug: writer("debug"), info: writer("info"), warn: writer("warn") },
      ...settings.options,
    },
    {
      onConsensusMessage: (peer, message) => void record.messages.push({ peer, message }),
      onDecided: (peer, decided) => void record.decided.push({ peer, decided }),
      onTransaction: async (peer, transaction) => {
        record.transactions.push({ peer, transaction });
        return "accept";
      },
      onHeadAnnounced: async (peer, { header: { height, hash } }) => {
        record.heads.push({ peer, height, hash });
        return "accept";
      },
      onPeerConnected: (peer) => void record.connected.push(peer),
      onPeerDisconnected: (peer) => void record.disconnected.push(peer),
      onRefused: (rule) => void record.refused.push(rule),
      readBlocks: async () => [],
      readBlock: async () => null,
      readPool: () => [],
      headHeight: () => 0,
      signHandshake: (digest) => {
        const validator = validators[index];
        return validator ? { validator: validator.address, signature: validator.sign(digest) } : null;
      },
      ...settings.handlers,
    },
  );
  return { network, log, ...record };
}

/** Nodes 0 to count-1, each knowing all that started before it, all connected. */
export async function startMesh(count: number, settings: TestNodeSettings = {}): Promise<TestNode[]> {
  const nodes: TestNode[] = [];
  for (let i = 0; i < count; i++) {
    const boot = nodes.flatMap(({ network }) => network.addresses);
    nodes.push(await startNode(i, { ...settings, boot }));
  }
  await until("every node has every other as a peer", () =>
    nodes.every(({ network }) => network.peers().length === count - 1),
  );
  return nodes;
}

export async function stopAll(nodes: readonly TestNode[]): Promise<void> {
  await Promise.all(nodes.map(({ network }) => network.stop()));
}

/** True when a line names `rule`. */
export function logged({ log }: TestNode, rule: string): boolean {
  return log.some(({ fields }) => fields.rule === rule);
}
