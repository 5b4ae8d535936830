import type { NetworkPort } from "@causeway/network/networkPort";
import type { ConsensusMessage } from "@causeway/protocol/consensusMessage";
import type { Endpoint } from "../network/simulatedNetwork.js";
import type { SimulatedPort } from "../network/simulatedPort.js";
import type { Actor } from "./actor.js";

/** The network port of a byzantine node: its actor decides what each peer really gets. */
export function tamperedPort(port: SimulatedPort, self: Endpoint, actor: Actor): NetworkPort {
  const { serves } = actor;
  if (serves !== undefined) {
    const { handlers } = self;
    const readBlocks = handlers.readBlocks.bind(handlers);
    handlers.readBlocks = async (from, count) => [...serves(await readBlocks(from, count))];
  }
  function send(to: number, message: ConsensusMessage): void {
    for (const sent of actor.outgoing?.(message, to) ?? [message]) port.sendTo(to, sent);
  }
  return {
    get peerId() {
      return port.peerId;
    },
    get addresses() {
      return port.addresses;
    },
    start: () => port.start(),
    stop: () => port.stop(),
    peers: () => port.peers(),
    addPeer: () => port.addPeer(),
    removePeer: () => port.removePeer(),
    proveKey: () => port.proveKey(),
    broadcastConsensus(message) {
      for (const to of port.connectedTo()) send(to, message);
    },
    relayConsensus(message, from) {
      for (const to of port.connectedTo()) if (`node-${to}` !== from) send(to, message);
    },
    sendConsensus(peer, message) {
      const to = port.connectedTo().find((index) => `node-${index}` === peer);
      if (to !== undefined) send(to, message);
    },
    sendDecided(peer, decided) {
      for (const served of serves?.([decided]) ?? [decided]) port.sendDecided(peer, served);
    },
    publishTransaction: (transaction) => port.publishTransaction(transaction),
    publishHead: (decided) => port.publishHead(decided),
    requestBlocks: (peer, from, count, signal) => port.requestBlocks(peer, from, count, signal),
    requestBlock: (peer, hash, signal) => port.requestBlock(peer, hash, signal),
    requestPool: (peer) => port.requestPool(peer),
    penalise: (peer, rule, points) => port.penalise(peer, rule, points),
  };
}
