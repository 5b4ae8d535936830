import { mixHash } from "@causeway/chain/rules/causeway/mixHash";
import type { Block } from "@causeway/protocol/block";
import type { Address } from "@causeway/protocol/hex";
import { blockWith } from "./blockWith.js";

/** Makes, of blocks a validator saw, blocks of its own: each on the same parent, with the same transactions, a second later. */
export function makeOwnBlock(key: Address): (block: Block) => Block {
  const made = new Map<string, Block>();
  return (block) => {
    const { hash, parentHash, timestamp } = block;
    const changed = { miner: key, mixHash: mixHash(parentHash, key), timestamp: timestamp + 1 };
    const own = made.get(hash) ?? blockWith(block, changed);
    if (made.size > 64) made.clear();
    made.set(hash, own);
    return own;
  };
}
