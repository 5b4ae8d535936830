import type { Hash } from "@causeway/protocol/hex";
import { RLP } from "@ethereumjs/rlp";
import { EMPTY_ROOT } from "../codec/header.js";
import { toHex } from "../codec/hex.js";
import { EMPTY_CODE_HASH } from "../rules/senderCode.js";
import { BRANCH_ITEMS, CODE_HASH_FIELD, LEAF_FLAG, STORAGE_ROOT_FIELD } from "../state/trieFormat.js";

/** A trie node or a contract's code, named by what it hashes to. */
export interface StateItem {
  readonly kind: "account" | "storage" | "code";
  readonly hash: Hash;
}

type Node = Uint8Array | readonly Node[];

const HASH_BYTES = 32;

/**
 * Everything below a state root, depth first: each node, below an account its storage and its code. Whoever gives each
 * item that `next` names to `visit`, sees every one that belongs to the state and none else. Equal code is seen once,
 * its hash kept in memory; of nodes no more than the branches on one path are.
 */
export class StateWalk {
  readonly #ahead: StateItem[] = [];
  readonly #codes = new Set<Hash>();

  constructor(root: Hash) {
    this.#pushRoot("account", root);
  }

  /** What comes next; null when all was seen. */
  next(): StateItem | null {
    return this.#ahead.at(-1) ?? null;
  }

  /** @param bytes that hash to what `next` named. @throws when they are no trie node. */
  visit(bytes: Uint8Array): void {
    const item = this.#ahead.pop();
    if (item === undefined) throw new Error("the walk is over");
    if (item.kind !== "code") this.#enter(RLP.decode(bytes) as Node, item.kind);
  }

  #enter(node: Node, kind: "account" | "storage"): void {
    if (!Array.isArray(node)) throw new Error("a trie node is a list");
    if (node.length === 2) this.#enterShort(node as [Node, Node], kind);
    else this.#enterBranch(node, kind);
  }

  #enterBranch(node: readonly Node[], kind: "account" | "storage"): void {
    if (node.length !== BRANCH_ITEMS) throw new Error(`a trie node has 2 or 17 items, got ${node.length}`);
    const children = BRANCH_ITEMS - 1;
    // The last pushed is visited first.
    for (let i = children - 1; i >= 0; i--) this.#enterChild(node[i] as Node, kind);
    const value = node[children] as Node;
    if (!(value instanceof Uint8Array) || value.length > 0)
      throw new Error("keys of one length leave branches empty");
  }

  #enterShort([path, target]: readonly [Node, Node], kind: "account" | "storage"): void {
    if (!(path instanceof Uint8Array)) throw new Error("the path of a trie node is bytes");
    if (((path[0] ?? 0) & LEAF_FLAG) === 0) this.#enterChild(target, kind);
    else if (kind === "account") this.#enterAccount(target);
  }

  #enterChild(child: Node, kind: "account" | "storage"): void {
    // Nodes of less than 32 bytes stand in their parent.
    if (!(child instanceof Uint8Array)) this.#enter(child, kind);
    else if (child.length === HASH_BYTES) this.#ahead.push({ kind, hash: toHex(child) });
    else if (child.length > 0) throw new Error("a trie node is named by 32 bytes");
  }

  #enterAccount(value: Node): void {
    const account = value instanceof Uint8Array ? (RLP.decode(value) as Node) : value;
    const [root, code] = [account[STORAGE_ROOT_FIELD], account[CODE_HASH_FIELD]] as [Node, Node];
    if (!(root instanceof Uint8Array) || !(code instanceof Uint8Array))
      throw new Error("an account has four fields");
    const codeHash = toHex(code);
    if (codeHash !== EMPTY_CODE_HASH && !this.#codes.has(codeHash)) {
      this.#codes.add(codeHash);
      this.#ahead.push({ kind: "code", hash: codeHash });
    }
    this.#pushRoot("storage", toHex(root));
  }

  #pushRoot(kind: "account" | "storage", root: Hash): void {
    if (root !== EMPTY_ROOT) this.#ahead.push({ kind, hash: root });
  }
}
