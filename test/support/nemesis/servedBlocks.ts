import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import type { Cluster } from "@causeway/devnet/cluster";
import type { Hash } from "@causeway/protocol/hex";
import { type Call, rpc, rpcBatch, rpcWithin } from "../rpc.js";

const POLL_MS = 40;
const ANSWER_TIMEOUT_MS = 1_000;
/** Asked of a validator in one request. */
const HEIGHTS_AT_ONCE = 64;

interface Head {
  readonly number: string;
  readonly hash: Hash;
}

/**
 * Remembers every block that any validator served as its latest, as a client does that acted on it: such a block is final
 * (F1), durable (W4) and the only one of its height.
 */
export class ServedBlocks {
  private readonly hashes = new Map<number, Hash>();
  /** The bytes of those that were still asked for in time. */
  private readonly bytes = new Map<number, string>();
  /** Highest block each validator served, from 0. */
  private readonly highest: number[];
  private readonly faults: string[] = [];
  private watching: Promise<unknown> = Promise.resolve();
  private stopped = false;

  constructor(private readonly cluster: Cluster) {
    this.highest = cluster.validators.map(() => -1);
  }

  get count(): number {
    return this.hashes.size;
  }

  /** Highest block anybody served. */
  get top(): number {
    return Math.max(...this.highest);
  }

  watch(): void {
    this.watching = Promise.all(this.cluster.validators.map((_, index) => this.watchOne(index)));
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.watching;
  }

  /** Validator i, just started, has what it served before it died: nobody gave it back. @throws AssertionError. */
  async assertStillHas(i: number): Promise<void> {
    const served = this.highest[i - 1] as number;
    const head = Number(await rpc<string>(this.cluster.rpcUrl(i), "eth_blockNumber"));
    assert.ok(head >= served, `validator ${i} served block ${served} and came back with block ${head}`);
  }

  /** Every validator has every block served from `from` on, the same bytes. @throws AssertionError. */
  async assertUnchanged(from = 0): Promise<void> {
    assert.deepEqual(this.faults, []);
    const heights = [...this.hashes.keys()].filter((height) => height >= from).toSorted((a, b) => a - b);
    for (let k = 0; k < heights.length; k += HEIGHTS_AT_ONCE) {
      const some = heights.slice(k, k + HEIGHTS_AT_ONCE);
      for (let i = 1; i <= this.cluster.validators.length; i++) await this.assertHas(i, some);
    }
  }

  private async assertHas(i: number, heights: readonly number[]): Promise<void> {
    const calls = heights.flatMap((height): Call[] => {
      const tag = `0x${height.toString(16)}`;
      return [
        ["eth_getBlockByNumber", tag, false],
        ["debug_getRawBlock", tag],
      ];
    });
    const answers = await rpcBatch(this.cluster.rpcUrl(i), calls);
    for (const [k, height] of heights.entries()) {
      const block = answers[2 * k] as Head | null;
      const bytes = answers[2 * k + 1];
      const what = `block ${height}, once served as latest, at validator ${i}`;
      assert.equal(block?.hash, this.hashes.get(height), what);
      assert.equal(bytes, this.bytes.get(height) ?? bytes, what);
    }
  }

  private async watchOne(index: number): Promise<void> {
    const url = this.cluster.rpcUrl(index + 1);
    const ask = <T>(method: string, ...params: readonly unknown[]) =>
      rpcWithin<T>(ANSWER_TIMEOUT_MS, url, method, ...params);
    while (!this.stopped) {
      try {
        const head = await ask<Head>("eth_getBlockByNumber", "latest", false);
        const height = this.served(index, head);
        if (!this.bytes.has(height))
          this.bytes.set(height, await ask<string>("debug_getRawBlock", head.number));
      } catch {
        // It is dead, or dies as it answers.
      }
      await delay(POLL_MS);
    }
  }

  private served(index: number, { number, hash }: Head): number {
    const height = Number(number);
    const known = this.hashes.get(height);
    if (known !== undefined && known !== hash)
      this.faults.push(`validator ${index + 1} served ${hash} as block ${height}, others served ${known}`);
    this.hashes.set(height, known ?? hash);
    this.highest[index] = Math.max(height, this.highest[index] as number);
    return height;
  }
}
