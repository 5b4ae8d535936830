import type { Block } from "@causeway/protocol/block";
import type { CertifiedBlock } from "@causeway/protocol/certifiedBlock";
import type { ConsensusMessage } from "@causeway/protocol/consensusMessage";
import type { Hash } from "@causeway/protocol/hex";
import { encodeDecided } from "@causeway/protocol/wire/certifiedBlockCodec";
import {
  POOL_FRAME_BYTES_MAX,
  SYNC_BLOCKS_MAX,
  syncFrameBytesMax,
} from "@causeway/protocol/wire/frameLimits";
import { decodePool } from "@causeway/protocol/wire/poolCodec";
import { decodeBlockAnswer, decodeBlocks, type SyncRequest } from "@causeway/protocol/wire/syncCodec";
import { peerIdFromPrivateKey } from "@libp2p/peer-id";
import { multiaddr } from "@multiformats/multiaddr";
import { asError } from "./asError.js";
import { createNode, type Node } from "./connections/createNode.js";
import { identityKey } from "./connections/identity.js";
import { isPeerId } from "./connections/isPeerId.js";
import { Redialer } from "./connections/redialer.js";
import { Gossip } from "./gossip/gossip.js";
import { DIAL_TIMEOUT_MS, PENALTY } from "./limits.js";
import { NetworkError } from "./networkError.js";
import type { NetworkHandlers, NetworkOptions, NetworkPort, Peer } from "./networkPort.js";
import { Peers } from "./peers/peers.js";
import { requestSync } from "./sync/syncRequest.js";

/** A {@link NetworkPort} over libp2p. Nothing runs before `start`. @throws {NetworkError} IdentityInvalid */
export function createNetwork(options: NetworkOptions, handlers: NetworkHandlers): NetworkPort {
  return new Libp2pNetwork(options, handlers);
}

class Libp2pNetwork implements NetworkPort {
  readonly peerId: string;
  private readonly key;
  private readonly bootPeers: Map<string, string>;
  private readonly peerSet: Peers;
  private node: Node | null = null;
  private gossip: Gossip | null = null;
  private redialers = new Map<string, Redialer>();

  constructor(
    private readonly options: NetworkOptions,
    handlers: NetworkHandlers,
  ) {
    this.key = identityKey(options.identitySeed);
    const self = peerIdFromPrivateKey(this.key);
    this.peerId = self.toString();
    this.bootPeers = bootPeersById(options.bootPeers, this.peerId);
    this.peerSet = new Peers(self, options, handlers, {
      keeps: (peer) => this.bootPeers.has(peer),
      ended: (peer) => this.redialers.get(peer)?.disconnected(),
    });
  }

  get addresses(): readonly string[] {
    return this.node?.getMultiaddrs().map(String) ?? [];
  }

  async start(): Promise<void> {
    const { options } = this;
    const allowlist = options.allowlist && new Set(options.allowlist);
    const node = await createNode(this.key, options, {
      denial: (peer) => this.peerSet.conduct.denial(peer, this.bootPeers.has(peer) ? null : allowlist),
      onRefused: (rule) => this.peerSet.conduct.refused(rule),
    });
    this.node = node;
    await this.peerSet.attach(node);
    this.gossip = new Gossip(node.services.pubsub, options.genesisHash, this.peerSet.gossipGate);
    try {
      await node.start();
    } catch (cause) {
      await this.stop();
      throw new NetworkError(
        { code: "ListenFailed", addresses: options.listen },
        `p2p: cannot listen on ${options.listen.join(", ")}: ${listenReason(asError(cause))}`,
        { cause },
      );
    }
    this.gossip.start();
    for (const [peer, address] of this.bootPeers) this.keepConnected(peer, address);
    options.log.info({ peerId: this.peerId, addresses: this.addresses }, "p2p listening");
  }

  async stop(): Promise<void> {
    const { node } = this;
    this.node = null;
    this.gossip = null;
    const redialers = [...this.redialers.values()];
    this.redialers = new Map();
    this.peerSet.close();
    await Promise.all(redialers.map((redialer) => redialer.stop()));
    await node?.stop();
  }

  peers(): readonly Peer[] {
    return this.peerSet.table.list();
  }

  addPeer(address: string): boolean {
    const [added] = bootPeersById([address], this.peerId);
    if (added === undefined || this.bootPeers.has(added[0])) return false;
    this.bootPeers.set(...added);
    if (this.node !== null) this.keepConnected(...added);
    return true;
  }

  removePeer(peer: string): boolean {
    const kept = this.bootPeers.delete(peer);
    const connected = this.peerSet.table.get(peer) !== undefined;
    void this.redialers.get(peer)?.stop();
    this.redialers.delete(peer);
    this.peerSet.disconnect(peer, new Error("removed by the operator"));
    return kept || connected;
  }

  broadcastConsensus(message: ConsensusMessage): void {
    this.peerSet.relays.broadcast(message);
  }

  relayConsensus(message: ConsensusMessage, from: string): void {
    this.peerSet.relays.relay(message, from);
  }

  sendConsensus(peer: string, message: ConsensusMessage): void {
    this.peerSet.sendConsensus([peer], message);
  }

  proveKey(): void {
    this.peerSet.handshakes.proveKey();
  }

  sendDecided(peer: string, decided: CertifiedBlock): void {
    this.peerSet.table.get(peer)?.send(encodeDecided(decided));
  }

  publishTransaction(transaction: Uint8Array): void {
    this.gossip?.publishTransaction(transaction);
  }

  publishHead(decided: CertifiedBlock): void {
    this.gossip?.publishHead(decided);
  }

  requestBlocks(peer: string, from: number, count: number, signal?: AbortSignal): Promise<CertifiedBlock[]> {
    const request = { kind: "blocks" as const, from, count: Math.min(count, SYNC_BLOCKS_MAX) };
    return this.request(
      peer,
      request,
      (answer) => decodeBlocks(answer, request),
      this.answerBytesMax,
      signal,
    );
  }

  requestBlock(peer: string, hash: Hash, signal?: AbortSignal): Promise<Block | null> {
    const decode = (answer: Uint8Array) => decodeBlockAnswer(answer, hash);
    return this.request(peer, { kind: "block", hash }, decode, this.answerBytesMax, signal);
  }

  requestPool(peer: string): Promise<readonly Uint8Array[]> {
    return this.request(peer, { kind: "pool" }, decodePool, POOL_FRAME_BYTES_MAX);
  }

  penalise(peer: string, rule: string, points: number): void {
    this.peerSet.conduct.penalise(peer, rule, points);
  }

  private get answerBytesMax(): number {
    return syncFrameBytesMax(this.options.maxBlockBytes);
  }

  private async request<T>(
    peer: string,
    request: SyncRequest,
    decode: (answer: Uint8Array) => T,
    maxBytes: number,
    caller?: AbortSignal,
  ): Promise<T> {
    const session = this.peerSet.table.get(peer);
    const connection = session?.connection;
    if (session === undefined || connection === undefined) {
      throw new NetworkError({ code: "PeerNotConnected", peer }, `peer ${peer} is not connected`);
    }
    try {
      return await requestSync(connection, request, decode, maxBytes, { caller, session: session.signal });
    } catch (error) {
      if (error instanceof NetworkError && error.code === "RequestTimeout") {
        this.peerSet.conduct.offence(peer, "N2.syncTimeout", PENALTY.syncTimeout, error.message);
      } else if (error instanceof NetworkError) {
        this.peerSet.conduct.misbehaved(peer, error.cause);
      }
      throw error;
    }
  }

  private keepConnected(peer: string, address: string): void {
    const redialer = new Redialer(
      async (stopping) => {
        const node = this.node;
        if (node === null) throw new NetworkError({ code: "NotStarted" }, "p2p is stopped");
        const signal = AbortSignal.any([stopping, AbortSignal.timeout(DIAL_TIMEOUT_MS)]);
        await this.peerSet.handshakes.session(await node.dial(multiaddr(address), { signal }));
      },
      () => this.peerSet.table.get(peer) !== undefined,
      (reason, waitMs) =>
        this.options.log.info(
          { peer, address, reason: asError(reason).message, waitMs },
          "p2p boot peer not reached",
        ),
    );
    this.redialers.set(peer, redialer);
    redialer.start();
  }
}

/** Peer id to multiaddr, without this node itself. @throws when an address is malformed or names no peer. */
function bootPeersById(addresses: readonly string[], self: string): Map<string, string> {
  const peers = new Map<string, string>();
  for (const address of addresses) {
    const peer = peerOf(address);
    if (peer === undefined) {
      throw new NetworkError(
        { code: "BootPeerInvalid", address },
        `boot peer ${address} must end in /p2p/<peer id>`,
      );
    }
    if (peer !== self) peers.set(peer, address);
  }
  return peers;
}

/** The peer a multiaddr names; undefined when it is malformed or names none. */
function peerOf(address: string): string | undefined {
  try {
    const components = multiaddr(address).getComponents();
    const peer = components.findLast(({ name }) => name === "p2p")?.value;
    return peer !== undefined && isPeerId(peer) ? peer : undefined;
  } catch {
    return undefined;
  }
}

/** libp2p tells of each address with its stack; the operator needs the reason (X10). */
function listenReason({ message }: Error): string {
  if (message.includes("EADDRINUSE")) return "the port is taken";
  return /Error: (.*)/.exec(message)?.[1] ?? message;
}
