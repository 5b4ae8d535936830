import { Relays } from "@causeway/network/consensus/relays";
import { NetworkError } from "@causeway/network/networkError";
import type { CertifiedBlock, NetworkPort, Peer } from "@causeway/network/networkPort";
import { PeerScores } from "@causeway/network/peers/peerScores";
import type { Block } from "@causeway/protocol/block";
import type { ConsensusMessage } from "@causeway/protocol/consensusMessage";
import { toHex } from "@causeway/protocol/hex";
import type { Have } from "@causeway/protocol/wire/haveCodec";
import { PRIORITY } from "../time/scheduler.js";
import type { NetworkWorld } from "./simulatedNetwork.js";
import { type Connection, type Endpoint, peerOf, type SimulatedNetwork } from "./simulatedNetwork.js";

/** A sync answer must be complete within this. */
const REQUEST_TIMEOUT_MS = 10_000;

/** {@link NetworkPort} of one node over the simulated network: messages, heads and transactions flood to all peers. */
export class SimulatedPort implements NetworkPort {
  readonly peerId: string;
  readonly addresses: readonly string[];
  readonly #self: Endpoint;
  readonly #network: SimulatedNetwork;
  readonly #world: NetworkWorld;
  readonly #scores: PeerScores;
  readonly #relays: Relays<ConsensusMessage>;
  /** Sees every consensus message as it leaves. */
  onSend: (message: ConsensusMessage) => void = () => {};

  constructor(self: Endpoint, network: SimulatedNetwork, world: NetworkWorld) {
    this.#self = self;
    this.#network = network;
    this.#world = world;
    this.#scores = new PeerScores(world.now);
    this.#relays = new Relays({
      peers: () => this.#peerIds(),
      send: (to, message) => this.#sendAll(to, message),
      announce: (to, have) => this.#announce(to, have),
      after: (delayMs, run) => void world.at(self, delayMs, PRIORITY.timer, run),
    });
    this.#listen();
    this.peerId = self.id;
    this.addresses = [`/memory/${self.id}`];
  }

  async start(): Promise<void> {
    this.#network.join(this.#self);
  }

  async stop(): Promise<void> {
    this.#network.leave(this.#self.index);
  }

  peers(): readonly Peer[] {
    return [...this.#self.connections.values()].map(peerOf);
  }

  addPeer(): never {
    throw new Error("who is connected in a simulation is the run's decision");
  }

  removePeer(): never {
    throw new Error("who is connected in a simulation is the run's decision");
  }

  broadcastConsensus(message: ConsensusMessage): void {
    this.#relays.broadcast(message);
  }

  relayConsensus(message: ConsensusMessage, from: string): void {
    this.#relays.relay(message, from);
  }

  sendConsensus(peer: string, message: ConsensusMessage): void {
    this.#sendAll([peer], message);
  }

  /** Nodes connected now, by index. */
  connectedTo(): number[] {
    return [...this.#self.connections.keys()];
  }

  sendTo(index: number, message: ConsensusMessage): void {
    const connection = this.#self.connections.get(index);
    if (connection !== undefined) this.#send(connection, message);
  }

  proveKey(): void {
    this.#network.proveKey(this.#self);
  }

  sendDecided(peer: string, decided: CertifiedBlock): void {
    const connection = this.#connection(peer);
    if (connection === undefined) return;
    this.#self.life.reach("send.decided");
    const { id } = this.#self;
    this.#network.carry(this.#self, connection, () => connection.to.handlers.onDecided(id, decided));
  }

  publishTransaction(transaction: Uint8Array): void {
    this.#network.gossip(this.#self, "send.transaction", toHex(transaction), async (at, { id }) => {
      return (await at.handlers.onTransaction(id, transaction)) === "accept";
    });
  }

  publishHead({ block, certificate }: CertifiedBlock): void {
    const { height, hash } = block;
    const { round } = certificate.checkpoint;
    const what = `${hash} ${round} ${certificate.signers}`;
    this.#network.gossip(this.#self, "send.head", what, async (at, { id, index }) => {
      const back = at.connections.get(index);
      if (back !== undefined) back.height = Math.max(back.height, height);
      return (await at.handlers.onHeadAnnounced(id, { header: block, certificate })) === "accept";
    });
  }

  requestBlocks(peer: string, from: number, count: number, signal?: AbortSignal): Promise<CertifiedBlock[]> {
    return this.#request(peer, (handlers) => handlers.readBlocks(from, count), signal);
  }

  requestBlock(peer: string, hash: Block["hash"], signal?: AbortSignal): Promise<Block | null> {
    return this.#request(peer, (handlers) => handlers.readBlock(hash), signal);
  }

  requestPool(peer: string): Promise<readonly Uint8Array[]> {
    return this.#request(peer, async (handlers) => handlers.readPool());
  }

  penalise(peer: string, rule: string, points: number): void {
    const connection = this.#connection(peer);
    if (connection === undefined) return;
    const banned = this.#scores.penalise(peer, points);
    this.#world.penalised({ by: this.#self.index, whom: connection.to.index, rule, points, banned });
    if (banned) this.#network.ban(this.#self, connection.to.index);
  }

  /** What arrives shows who has what (N2). */
  #listen(): void {
    const { handlers } = this.#self;
    const { onConsensusMessage, onPeerDisconnected } = handlers;
    handlers.onConsensusMessage = (peer, message) => {
      this.#relays.received(peer, message);
      onConsensusMessage(peer, message);
    };
    handlers.onPeerDisconnected = (peer) => {
      this.#relays.disconnected(peer);
      onPeerDisconnected(peer);
    };
    this.#self.onHave = (peer, have) => this.#relays.announced(peer, have);
  }

  #peerIds(): string[] {
    return [...this.#self.connections.values()].map(({ to }) => to.id);
  }

  #sendAll(to: readonly string[], message: ConsensusMessage): void {
    for (const peer of to) {
      const connection = this.#connection(peer);
      if (connection !== undefined) this.#send(connection, message);
    }
  }

  #announce(to: string, have: Have): void {
    const connection = this.#connection(to);
    if (connection === undefined) return;
    const { id } = this.#self;
    this.#network.carry(this.#self, connection, () => connection.to.onHave(id, have));
  }

  #send(connection: Connection, message: ConsensusMessage): void {
    this.#self.life.reach(`send.${message.kind}`);
    this.onSend(message);
    const { id } = this.#self;
    this.#network.carry(this.#self, connection, () => {
      const arrived = connection.to.path(message);
      if (arrived !== null) connection.to.handlers.onConsensusMessage(id, arrived);
    });
  }

  /** There and back over the links; what is lost on either way ends in a timeout. */
  #request<T>(
    peer: string,
    ask: (handlers: Endpoint["handlers"]) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const connection = this.#connection(peer);
    if (connection === undefined) return Promise.reject(failed("PeerNotConnected", peer));
    if (!this.#self.life.survives("send.request")) return Promise.reject(failed("PeerNotConnected", peer));
    return new Promise((resolve, reject) => {
      const cancel = this.#world.at(this.#self, REQUEST_TIMEOUT_MS, PRIORITY.timer, () => {
        end();
        reject(failed("RequestTimeout", peer));
      });
      const onAbort = () => {
        end();
        reject(signal?.reason);
      };
      const end = () => {
        cancel();
        signal?.removeEventListener("abort", onAbort);
      };
      signal?.addEventListener("abort", onAbort);
      const { to } = connection;
      const answered = (answer: T) => {
        const back = to.connections.get(this.#self.index);
        if (back === undefined || !to.life.survives("send.answer")) return;
        this.#network.carry(to, back, () => {
          end();
          resolve(answer);
        });
      };
      // What breaks at the other end breaks there; here no answer comes.
      const nothing = () => undefined;
      this.#network.carry(this.#self, connection, () => void ask(to.handlers).then(answered).catch(nothing));
    });
  }

  #connection(peer: string): Connection | undefined {
    return [...this.#self.connections.values()].find(({ to }) => to.id === peer);
  }
}

function failed(code: "PeerNotConnected" | "RequestTimeout", peer: string): NetworkError {
  return new NetworkError({ code, peer }, `request to ${peer}: ${code}`);
}
