import type { Hash } from "@causeway/protocol/hex";
import { MerklePatriciaTrie } from "@ethereumjs/mpt";
import { RLP } from "@ethereumjs/rlp";
import { keccak256 } from "../crypto/nativeCrypto.js";
import { EMPTY_ROOT } from "./header.js";
import { toHex } from "./hex.js";

/** Root of the trie index -> item, as headers commit to transactions and receipts. */
export async function listRoot(items: readonly Uint8Array[]): Promise<Hash> {
  if (items.length === 0) return EMPTY_ROOT;
  const trie = new MerklePatriciaTrie({ useKeyHashingFunction: keccak256 });
  for (const [i, item] of items.entries()) await trie.put(RLP.encode(i), item);
  return toHex(trie.root());
}
