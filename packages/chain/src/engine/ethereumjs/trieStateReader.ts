import type { Address, Hash, Hex } from "@causeway/protocol/hex";
import type { Common } from "@ethereumjs/common";
import { createMerkleProof, MerklePatriciaTrie } from "@ethereumjs/mpt";
import { RLP } from "@ethereumjs/rlp";
import {
  Account,
  bytesToUnprefixedHex,
  createAccountFromRLP,
  KECCAK256_NULL,
  ValueEncoding,
} from "@ethereumjs/util";
import { fromHex, toHex } from "../../codec/hex.js";
import type { AccountProof, Account as PlainAccount } from "../../types/account.js";
import type { StateReader } from "../engine.js";
import { CODE_PREFIX } from "./nodeSource.js";
import type { OverlayDb } from "./overlayDb.js";

/** Reads the tries directly: no caches, no checkpoints, any number of readers at once. */
export class TrieStateReader implements StateReader {
  readonly #trie: MerklePatriciaTrie;
  readonly #db: OverlayDb;
  readonly #common: Common;

  constructor(root: Hash, db: OverlayDb, common: Common) {
    this.#db = db;
    this.#common = common;
    this.#trie = this.#open(fromHex(root));
  }

  async account(address: Address): Promise<PlainAccount> {
    const account = await this.#account(address);
    return {
      balance: account.balance,
      nonce: account.nonce,
      codeHash: toHex(account.codeHash),
      storageHash: toHex(account.storageRoot),
    };
  }

  async code(address: Address): Promise<Hex> {
    const { codeHash } = await this.#account(address);
    const key = bytesToUnprefixedHex(codeHash);
    if (key === bytesToUnprefixedHex(KECCAK256_NULL)) return "0x";
    const code = await this.#db.get(CODE_PREFIX + key);
    if (code === undefined) throw new Error(`state lacks the code of ${address}`);
    return toHex(code);
  }

  async storage(address: Address, slot: Hash): Promise<Hash> {
    const trie = this.#open((await this.#account(address)).storageRoot);
    return `0x${(await readSlot(trie, slot)).toString(16).padStart(64, "0")}`;
  }

  async proof(address: Address, slots: readonly Hash[]): Promise<AccountProof> {
    const account = await this.account(address);
    const trie = this.#open(fromHex(account.storageHash));
    const storageProof: { key: Hex; value: bigint; proof: Hex[] }[] = [];
    for (const key of slots) {
      storageProof.push({ key, value: await readSlot(trie, key), proof: await prove(trie, key) });
    }
    return { ...account, address, accountProof: await prove(this.#trie, address), storageProof };
  }

  async #account(address: Address): Promise<Account> {
    const rlp = await this.#trie.get(fromHex(address));
    return rlp === null ? new Account() : createAccountFromRLP(rlp);
  }

  #open(root: Uint8Array): MerklePatriciaTrie {
    return new MerklePatriciaTrie({
      db: this.#db,
      root,
      common: this.#common,
      useKeyHashing: true,
      valueEncoding: ValueEncoding.Bytes,
    });
  }
}

async function readSlot(trie: MerklePatriciaTrie, slot: Hash): Promise<bigint> {
  const rlp = await trie.get(fromHex(slot));
  if (rlp === null) return 0n;
  const value = RLP.decode(rlp) as Uint8Array;
  return value.length === 0 ? 0n : BigInt(toHex(value));
}

async function prove(trie: MerklePatriciaTrie, key: Hex): Promise<Hex[]> {
  return (await createMerkleProof(trie, fromHex(key))).map(toHex);
}
