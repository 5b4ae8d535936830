import type { Hash } from "@causeway/protocol/hex";
import type { Common } from "@ethereumjs/common";
import { MerklePatriciaTrie } from "@ethereumjs/mpt";
import { RLP } from "@ethereumjs/rlp";
import { Caches, MerkleStateManager } from "@ethereumjs/statemanager";
import { type Address, hexToBytes, unpadBytes, ValueEncoding } from "@ethereumjs/util";
import type { OverlayDb } from "./overlayDb.js";

/** The state at one root, with writes kept in `db`. */
export function openState(root: Hash, db: OverlayDb, common: Common): ViewStateManager {
  const trie = new MerklePatriciaTrie({
    db,
    root: hexToBytes(root),
    common,
    useKeyHashing: true,
    valueEncoding: ValueEncoding.Bytes,
  });
  return new ViewStateManager({ trie, common, caches: new Caches() });
}

/**
 * The library's `putStorage` writes the storage trie on every SSTORE although it also fills the cache (its cache's
 * `put` returns undefined before a `??`). This one fills the cache only; `flush` writes the tries once.
 * A cleared storage forgets its cached writes even if a checkpoint is reverted, which is harmless: only contracts being
 * created are cleared, and creation refuses an address that has a nonce or code (EIP-684).
 */
export class ViewStateManager extends MerkleStateManager {
  /** Number of open checkpoints. */
  get depth(): number {
    return this._checkpointCount;
  }

  override async putStorage(address: Address, key: Uint8Array, value: Uint8Array): Promise<void> {
    if (key.length !== 32 || value.length > 32) throw new Error("storage keys and values have 32 bytes");
    if ((await this.getAccount(address)) === undefined)
      throw new Error(`putStorage without account ${address}`);
    this._caches?.storage?.put(address, key, RLP.encode(unpadBytes(value)));
  }
}
