import { randomBytes } from "node:crypto";
import { CausewayError } from "@causeway/protocol/errors";
import type { ForkId } from "@causeway/protocol/forkId";
import { handshakeDigest } from "@causeway/protocol/handshake";
import { type Address, type Hash, type Hex, toHex } from "@causeway/protocol/hex";
import type { Recover } from "@causeway/protocol/signature";
import { HELLO_BYTES_MAX } from "@causeway/protocol/wire/frameLimits";
import {
  decodeHello,
  decodeHelloProof,
  encodeHello,
  encodeHelloProof,
  type Hello,
  type HelloProof,
} from "@causeway/protocol/wire/helloCodec";
import type { PeerId, Stream } from "@libp2p/interface";
import { FrameReader } from "../streams/frameReader.js";
import { sendMessage } from "../streams/sendMessage.js";

/** What the handshake proved of the remote (N1). */
export interface HandshakeResult {
  readonly validator: Address | null;
  readonly headHeight: number;
  /** As long as it is the same, the remote remembers what it was sent. */
  readonly life: Hex;
  /** The key that this node proved in turn. */
  readonly self: Address | null;
}

/** Why a peer was not let in; `rule` is for the log and metrics (X9). */
export type HandshakeRefusal = CausewayError<{ code: "HandshakeRefused"; rule: string }>;

export interface HandshakeContext {
  readonly self: PeerId;
  /** Of this node. */
  readonly life: Hex;
  readonly chainId: number;
  readonly genesisHash: Hash;
  readonly forkId: ForkId;
  readonly recover: Recover;
  acceptsForkId(remote: ForkId): boolean;
  headHeight(): number;
  signHandshake(digest: Hash): HelloProof;
}

/**
 * N1, the same on both sides: hello, then the proof of the validator key over the nonce of the other's hello.
 * Nothing is proven to a peer of another chain.
 * @throws {HandshakeRefusal} {@link WireError} or the signal's reason.
 */
export async function performHandshake(
  stream: Stream,
  remote: PeerId,
  context: HandshakeContext,
  signal: AbortSignal,
): Promise<HandshakeResult> {
  const reader = new FrameReader(stream, HELLO_BYTES_MAX);
  const { genesisHash, forkId, life } = context;
  const nonce = toHex(randomBytes(32));
  const ownHello = { genesisHash, forkId, headHeight: context.headHeight(), nonce, life };
  await sendMessage(stream, encodeHello(ownHello), signal);
  const hello = decodeHello(await receive(reader, "hello", signal));
  checkSameChain(hello, context);

  const domain = { chainId: context.chainId, genesisHash };
  const self = toHex(context.self.toMultihash().bytes);
  const peer = toHex(remote.toMultihash().bytes);
  const ownProof = context.signHandshake(
    handshakeDigest(domain, { peer: self, remotePeer: peer, remoteNonce: hello.nonce }),
  );
  await sendMessage(stream, encodeHelloProof(ownProof), signal);
  const proof = decodeHelloProof(await receive(reader, "proof", signal));
  const digest = handshakeDigest(domain, { peer, remotePeer: self, remoteNonce: nonce });
  if (proof !== null && context.recover(digest, proof.signature) !== proof.validator) {
    throw refused("N1.validator", `its signature is not that of the claimed validator ${proof.validator}`);
  }
  return {
    validator: proof?.validator ?? null,
    headHeight: hello.headHeight,
    life: hello.life,
    self: ownProof?.validator ?? null,
  };
}

async function receive(reader: FrameReader, what: string, signal: AbortSignal): Promise<Uint8Array> {
  const message = await reader.next(signal);
  if (message === null) throw refused("N1", `it closed the channel before its ${what}`);
  return message;
}

function checkSameChain(hello: Hello, context: HandshakeContext): void {
  if (hello.genesisHash !== context.genesisHash) {
    throw refused("N1.genesisHash", `it has genesis ${hello.genesisHash}, ours is ${context.genesisHash}`);
  }
  if (!context.acceptsForkId(hello.forkId)) {
    throw refused(
      "N1.forkId",
      `it follows fork ${hello.forkId.hash}, we follow ${context.forkId.hash}: upgrades or override of the two genesis files differ`,
    );
  }
}

function refused(rule: string, reason: string): HandshakeRefusal {
  return new CausewayError({ code: "HandshakeRefused", rule }, reason);
}
