import type { NetworkPort } from "@causeway/network/networkPort";
import type { Block } from "@causeway/protocol/block";
import type { Hash } from "@causeway/protocol/hex";
import type { Logger } from "../ports/logger.js";
import type { Random } from "../ports/random.js";
import type { Timers } from "../ports/timers.js";
import { pause } from "./pause.js";

export interface FetchBlockPorts {
  readonly network: Pick<NetworkPort, "peers" | "requestBlock" | "penalise">;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Logger;
  /** The rule a block's body breaks, null when it is the one its header commits to. */
  readonly bodyFault: (block: Block) => string | null;
}

/** Pause after every peer was asked in vain. */
const PAUSE_MS = 500;
/** Points of a peer that answers with another block than asked for. */
const WRONG_BLOCK_POINTS = 50;

/**
 * Ask all peers, in random order, again and again, until one has the block (C2, C4).
 * @throws when the signal aborts.
 */
export async function fetchBlock(ports: FetchBlockPorts, hash: Hash, signal: AbortSignal): Promise<Block> {
  for (;;) {
    for (const peer of shuffled(ports.network.peers(), ports.random)) {
      const block = await askPeer(ports, peer.id, hash, signal);
      if (block !== null) return block;
    }
    await pause(ports.timers, PAUSE_MS, signal);
  }
}

async function askPeer(
  { network, log, bodyFault }: FetchBlockPorts,
  peer: string,
  hash: Hash,
  signal: AbortSignal,
): Promise<Block | null> {
  signal.throwIfAborted();
  let block: Block | null;
  try {
    block = await network.requestBlock(peer, hash, signal);
  } catch (error) {
    signal.throwIfAborted();
    log.debug({ peer, block: hash, err: error }, "the peer did not answer for a block");
    return null;
  }
  if (block === null) return null;
  if (block.hash === hash && bodyFault(block) === null) return block;
  network.penalise(peer, "C2.wrongBlock", WRONG_BLOCK_POINTS);
  return null;
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => ({ item, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}
