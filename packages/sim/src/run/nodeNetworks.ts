import type { Chain } from "@causeway/chain/openChain";
import type { NetworkHandlers, NetworkPort } from "@causeway/network/networkPort";
import { type ConsensusMessage, consensusDigest } from "@causeway/protocol/consensusMessage";
import type { Address } from "@causeway/protocol/hex";
import type { Actor } from "../actors/actor.js";
import { ACTORS, type ActorName } from "../actors/actors.js";
import { keyedActor } from "../actors/keyedActor.js";
import { tamperedChain } from "../actors/tamperedChain.js";
import { tamperedPort } from "../actors/tamperedPort.js";
import type { ChainBackend } from "../backend/chainBackend.js";
import { Contradictions } from "../checkers/contradictions.js";
import { checkJustification } from "../checkers/justifications.js";
import type { Endpoint, NetworkWorld } from "../network/simulatedNetwork.js";
import { SimulatedPort } from "../network/simulatedPort.js";
import type { Life } from "../node/life.js";
import type { SimulatedNode } from "../node/simulatedNode.js";
import type { Simulation } from "./simulation.js";

/** Joins nodes to the network: checkers see what passes, and byzantine nodes' actors stand between. */
export class NodeNetworks {
  /** By index of their node. */
  readonly actors = new Map<number, Actor>();
  readonly #simulation: Simulation;
  readonly #backend: ChainBackend;
  readonly #world: NetworkWorld;
  readonly #contradictions: Contradictions;

  constructor(simulation: Simulation, backend: ChainBackend, world: NetworkWorld) {
    this.#simulation = simulation;
    this.#backend = backend;
    this.#world = world;
    this.#contradictions = new Contradictions({
      isHonestKey: (key) => simulation.isHonestKey(key),
      isTwinKey: (key) => simulation.isTwinKey(key),
      showed: (what) => simulation.coverage.add(what),
    });
  }

  create(node: SimulatedNode, life: Life, handlers: NetworkHandlers): NetworkPort {
    const { clockwork, network, knobs } = this.#simulation;
    const { index, id } = node;
    const endpoint: Endpoint = {
      index,
      id,
      life,
      handlers: this.#observed(node, handlers),
      connections: new Map(),
      gossiped: new Set(),
      onHave: () => {},
      path: this.#backend.createPath(),
    };
    const port = new SimulatedPort(endpoint, network, this.#world);
    port.onSend = (message) => clockwork.guard(() => this.#sent(node, message));
    const name = knobs.actors[index];
    if (name === undefined || name === "twin") return port;
    const actor = this.#makeActor(node, name, port);
    this.actors.set(index, actor);
    return tamperedPort(port, endpoint, actor);
  }

  /** What a byzantine node builds, its actor knows. */
  chainOf({ index }: SimulatedNode, chain: Chain): Chain {
    const name = this.#simulation.knobs.actors[index];
    return name === undefined || name === "twin" ? chain : tamperedChain(chain, () => this.actors.get(index));
  }

  /** What arrives passes the actor first, and is known to begin something long where it does. */
  #observed(node: SimulatedNode, handlers: NetworkHandlers): NetworkHandlers {
    const { clockwork, pace } = this.#simulation;
    return {
      ...handlers,
      onConsensusMessage: (peer, message) => {
        if ("block" in message && message.block !== null) clockwork.unsettle();
        pace.received(node.index, message, this.#simulation.nowMs);
        this.actors.get(node.index)?.incoming?.(message);
        handlers.onConsensusMessage(peer, message);
      },
      onDecided: (peer, decided) => {
        clockwork.unsettle();
        handlers.onDecided(peer, decided);
      },
      onHeadAnnounced: (peer, head) => {
        clockwork.unsettle();
        return handlers.onHeadAnnounced(peer, head);
      },
      readBlocks: (from, count) => {
        clockwork.unsettle();
        return handlers.readBlocks(from, count);
      },
      readBlock: (hash) => {
        clockwork.unsettle();
        return handlers.readBlock(hash);
      },
    };
  }

  #sent(node: SimulatedNode, message: ConsensusMessage): void {
    const { checkers } = this.#simulation;
    checkers.sent(message);
    this.#contradictions.sent(message);
    if (!this.#simulation.isHonest(node.index)) return;
    checkers.voted(message);
    checkJustification(message, this.#simulation.setAt(message.payload.height));
  }

  #makeActor(node: SimulatedNode, name: Exclude<ActorName, "twin">, port: SimulatedPort): Actor {
    const actors = node.keys.map((key) => [key, this.#actorOf(node, key, name, port)] as const);
    const [[, only], ...others] = actors as [(typeof actors)[number], ...typeof actors];
    return others.length === 0 ? only : keyedActor(new Map(actors), () => this.#simulation.keyOf(node));
  }

  #actorOf(node: SimulatedNode, key: Address, name: Exclude<ActorName, "twin">, port: SimulatedPort): Actor {
    const simulation = this.#simulation;
    const signer = this.#backend.signer(node.index);
    return ACTORS[name]({
      key,
      random: node.random.fork("actor"),
      height: () => simulation.heightOf(node.index) + 1,
      validators: (height) => simulation.setAt(height),
      sign: (signing) => signer.sign(key, consensusDigest(simulation.domain, signing)),
      peers: () => port.connectedTo(),
      send: (to: number, message: ConsensusMessage) => port.sendTo(to, message),
      invalid: (hash) => simulation.checkers.forged(hash),
      acted: () => simulation.coverage.add(`actor ${name}`),
    });
  }
}
