import { forkId } from "@causeway/protocol/forkId";
import type { Hex } from "@causeway/protocol/hex";
import { recoverWithEthers } from "@causeway/protocol/signature";
import type { Connection, Stream } from "@libp2p/interface";
import { peerIdFromPrivateKey } from "@libp2p/peer-id";
import { multiaddr } from "@multiformats/multiaddr";
import { createNode, type Node } from "../../src/connections/createNode.js";
import { type HandshakeContext, performHandshake } from "../../src/connections/handshake.js";
import { identityKey } from "../../src/connections/identity.js";
import { HELLO_PROTOCOL } from "../../src/protocols.js";
import { domain } from "./sampleChain.js";
import { seedOf, type TestNode } from "./testNode.js";

/** A peer that speaks libp2p but keeps no rule it is not told to keep. */
export interface Attacker {
  readonly peerId: string;
  readonly node: Node;
  readonly connection: Connection;
  open(protocol: string): Promise<Stream>;
  stop(): Promise<void>;
}

/** Every attacker is in its first life, but for what a test says. */
const ATTACKER_LIFE: Hex = `0x${"11".repeat(16)}`;

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined };

/** Connect to `target`; the handshake comes only with {@link shakeHands}. */
export async function attack(target: TestNode, index = 100): Promise<Attacker> {
  const key = identityKey(seedOf(index));
  const node = await createNode(
    key,
    { listen: [], genesisHash: domain.genesisHash, log: silent },
    { denial: () => null, onRefused: () => undefined },
  );
  await node.start();
  const connection = await node.dial(multiaddr(target.network.addresses[0] as string));
  return {
    peerId: peerIdFromPrivateKey(key).toString(),
    node,
    connection,
    open: (protocol) => connection.newStream(protocol),
    stop: async () => {
      await node.stop();
    },
  };
}

/** Run the handshake as the dialler, honestly but for what `changes` says. */
export async function shakeHands(
  attacker: Pick<Attacker, "node" | "connection" | "open">,
  changes: Partial<HandshakeContext> = {},
): Promise<void> {
  const context: HandshakeContext = {
    self: attacker.node.peerId,
    ...domain,
    life: ATTACKER_LIFE,
    forkId: forkId(domain.genesisHash, [], 0),
    recover: recoverWithEthers,
    acceptsForkId: () => true,
    headHeight: () => 0,
    signHandshake: () => null,
    ...changes,
  };
  const stream = await attacker.open(HELLO_PROTOCOL);
  await performHandshake(stream, attacker.connection.remotePeer, context, AbortSignal.timeout(150_000));
  await stream.close();
}
