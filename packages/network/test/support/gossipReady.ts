import { setTimeout as delay } from "node:timers/promises";
import { sampleTransaction } from "./sampleChain.js";
import type { TestNode } from "./testNode.js";

const PROBE_INTERVAL_MS = 50;
const PROBES_MAX = 1_200;

/**
 * Wait until what `from` publishes reaches every one of `to`. Gossip starts after the handshake, in its own time, and
 * what is published to nobody is lost; so probes are sent until one has arrived everywhere.
 */
export async function gossipReady(from: TestNode, to: readonly TestNode[]): Promise<void> {
  for (let nonce = 1_000; nonce < 1_000 + PROBES_MAX; nonce++) {
    if (to.every(({ transactions }) => transactions.length > 0)) {
      for (const { transactions } of to) transactions.length = 0;
      return;
    }
    from.network.publishTransaction(await sampleTransaction(nonce));
    await delay(PROBE_INTERVAL_MS);
  }
  throw new Error(`no gossip after ${PROBES_MAX} probes`);
}
