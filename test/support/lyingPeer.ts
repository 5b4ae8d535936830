import { randomBytes } from "node:crypto";
import type { Cluster } from "@causeway/devnet/cluster";
import { waitFor } from "@causeway/devnet/waitFor";
import { createNetwork } from "@causeway/network/createNetwork";
import type { NetworkPort } from "@causeway/network/networkPort";
import { loadNodeConfig } from "@causeway/node/config/loadNodeConfig";
import { recover } from "@causeway/node/signer/recover";
import type { CertifiedBlock } from "@causeway/protocol/certifiedBlock";
import type { ConsensusMessage } from "@causeway/protocol/consensusMessage";
import { forkId } from "@causeway/protocol/forkId";
import { signingDomain } from "./certificate.js";

const CONNECT_TIMEOUT_MS = 120_000;
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/** What a peer without a validator's seat says of the chain. */
export interface LyingPeerOptions {
  /** Validators it connects to, from 1; all by default. */
  readonly validators?: readonly number[];
  readonly claimedHeight?: number;
  /** Its answer to sync requests; nothing by default. */
  readonly readBlocks?: (from: number, count: number) => Promise<CertifiedBlock[]>;
}

/** A real libp2p peer of a running cluster, of an identity nobody knows, that sends and serves what the test wants. */
export class LyingPeer {
  private constructor(
    private readonly network: NetworkPort,
    private readonly validatorAddresses: readonly string[],
  ) {}

  static async join(cluster: Cluster, options: LyingPeerOptions = {}): Promise<LyingPeer> {
    const { validators = cluster.validators.map((_, i) => i + 1), claimedHeight = 0 } = options;
    const genesis = await cluster.genesis();
    const domain = await signingDomain(cluster);
    const addresses = p2pAddresses(cluster);
    const network = createNetwork(
      {
        identitySeed: randomBytes(32),
        listen: ["/ip4/127.0.0.1/tcp/0"],
        bootPeers: addresses.filter((_, i) => validators.includes(i + 1)),
        allowlist: null,
        ...domain,
        forkId: forkId(domain.genesisHash, [], 0),
        maxBlockBytes: genesis.config.causeway.maxBlockBytes,
        isValidator: () => true,
        recover,
        log: SILENT,
      },
      {
        onConsensusMessage: () => {},
        onDecided: () => {},
        onTransaction: async () => "ignore",
        onHeadAnnounced: async () => "ignore",
        onPeerConnected: () => {},
        onPeerDisconnected: () => {},
        readBlocks: options.readBlocks ?? (async () => []),
        readBlock: async () => null,
        readPool: () => [],
        headHeight: () => claimedHeight,
        signHandshake: () => null,
      },
    );
    await network.start();
    const peer = new LyingPeer(network, addresses);
    await waitFor(
      "the lying peer to be connected",
      () => (network.peers().length >= validators.length ? true : null),
      { timeoutMs: CONNECT_TIMEOUT_MS },
    );
    return peer;
  }

  /** Listening address, for nodes that shall dial it. */
  get address(): string {
    return this.network.addresses[0] as string;
  }

  /** Where validator i listens, from 1. */
  addressOf(i: number): string {
    return this.validatorAddresses[i - 1] as string;
  }

  /** The block at a height as a validator serves it. */
  async fetch(height: number): Promise<CertifiedBlock> {
    const [block] = await this.fetchRange(height, 1);
    if (block === undefined) throw new Error(`no peer has block ${height}`);
    return block;
  }

  /** Blocks from a height on, from the first peer that has any. */
  async fetchRange(from: number, count: number): Promise<readonly CertifiedBlock[]> {
    for (const { id } of this.network.peers()) {
      const blocks = await this.network.requestBlocks(id, from, count);
      if (blocks.length > 0) return blocks;
    }
    return [];
  }

  flood(message: ConsensusMessage): void {
    this.network.broadcastConsensus(message);
  }

  /** Send a decided block unasked to everybody it is connected to (C11). */
  push(decided: CertifiedBlock): void {
    for (const { id } of this.network.peers()) this.network.sendDecided(id, decided);
  }

  /** Announce a head by gossip. */
  announce(decided: CertifiedBlock): void {
    this.network.publishHead(decided);
  }

  async leave(): Promise<void> {
    await this.network.stop();
  }
}

/** Where validators 1..n listen, with the peer's id: each is told the others' addresses. */
function p2pAddresses(cluster: Cluster): string[] {
  const known = [1, 2].flatMap((i) => loadNodeConfig(cluster.path(`node-${i}/config.json`)).p2p.bootPeers);
  return cluster.ports.p2p.map((port) => {
    const address = known.find((one) => one.includes(`/tcp/${port}/`));
    if (address === undefined) throw new Error(`nobody knows the peer at port ${port}`);
    return address;
  });
}
