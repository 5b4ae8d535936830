import assert from "node:assert/strict";
import { HeadFollower } from "../../src/reader/headFollower.js";
import type { ChainStore } from "../../src/store/chainStore.js";
import type { FullBlock } from "../../src/types/block.js";
import type { Header } from "../../src/types/header.js";
import { SILENT } from "../support/makeChain.js";

const headerOf = (number: number) => ({ number }) as Header;

/** Blocks of any height, save those it cannot read. */
class Store {
  readonly headNumber = 0;
  readonly unreadable = new Set<number>();

  async header(number: number): Promise<Header> {
    return headerOf(number);
  }

  async follow(number: number): Promise<Header> {
    return headerOf(number);
  }

  async block(number: number): Promise<FullBlock> {
    if (this.unreadable.has(number)) throw new Error(`block ${number} cannot be read`);
    return { header: headerOf(number) } as FullBlock;
  }

  async receipts(): Promise<readonly []> {
    return [];
  }
}

describe("HeadFollower", () => {
  let store: Store;
  let follower: HeadFollower;
  let told: number[];

  beforeEach(async () => {
    store = new Store();
    follower = await HeadFollower.open(store as unknown as ChainStore, SILENT);
    told = [];
    follower.onHead(({ block }) => told.push(block.header.number));
  });

  it("tells of each block once and in order, also after one could not be read for a while", async () => {
    await follower.advance(2);
    store.unreadable.add(4);
    await assert.rejects(follower.advance(5), /block 4 cannot be read/);
    await assert.rejects(follower.advance(6), /block 4 cannot be read/);
    assert.deepEqual(told, [1, 2, 3]);
    store.unreadable.clear();
    await follower.advance(7);
    assert.deepEqual(told, [1, 2, 3, 4, 5, 6, 7]);
  });
});
