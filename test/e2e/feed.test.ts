import assert from "node:assert/strict";
import type { Cluster } from "@causeway/devnet/cluster";
import { FEED_PATH, FEED_SUBPROTOCOL } from "@causeway/explorer/feed/feedProtocol";
import { WebSocket } from "ws";
import { rpc } from "../support/rpc.js";
import { sharedCluster } from "../support/sharedCluster.js";

/** Blocks read in each connection before it is cut. */
const BLOCKS_PER_CONNECTION = 4;
const CONNECTIONS = 4;

interface FeedEvent {
  readonly t: string;
  readonly c?: string;
  readonly d?: { readonly number?: string; readonly hash?: string };
}

describe("the feed (a client that drops and resumes)", () => {
  let cluster: Cluster;

  before(async () => {
    cluster = await sharedCluster();
    await cluster.waitForHeight(1, 3);
  });

  it("sees every block once, in order, over any number of connections", async () => {
    const seen: { number: number; hash: string }[] = [];
    let from: object = { block: 0 };
    for (let connection = 0; connection < CONNECTIONS; connection++) {
      const cursor = await readBlocks(from, BLOCKS_PER_CONNECTION, seen);
      from = { cursor };
    }
    assert.equal(seen.length, BLOCKS_PER_CONNECTION * CONNECTIONS);
    assert.deepEqual(
      seen.map(({ number }) => number),
      seen.map((_, i) => i + 1),
    );
    for (const { number, hash } of seen) {
      const block = await rpc<{ hash: string }>(
        cluster.rpcUrl(3),
        "eth_getBlockByNumber",
        `0x${number.toString(16)}`,
        false,
      );
      assert.equal(hash, block.hash);
    }
  });

  /** Reads `count` blocks, then cuts the connection without a goodbye. @returns the last cursor. */
  function readBlocks(
    from: object,
    count: number,
    seen: { number: number; hash: string }[],
  ): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(
        `${cluster.explorerUrl.replace("http", "ws")}${FEED_PATH}`,
        FEED_SUBPROTOCOL,
      );
      let read = 0;
      socket.on("open", () => socket.send(JSON.stringify({ t: "sub", id: "1", topic: "blocks", from })));
      socket.on("error", reject);
      socket.on("message", (data) => {
        const event = JSON.parse(String(data)) as FeedEvent;
        if (event.t === "err") reject(new Error(String(data)));
        if (event.d?.hash === undefined || event.c === undefined || read === count) return;
        seen.push({ number: Number(event.d.number), hash: event.d.hash });
        read += 1;
        if (read < count) return;
        socket.terminate();
        resolve(event.c);
      });
    });
  }
});
