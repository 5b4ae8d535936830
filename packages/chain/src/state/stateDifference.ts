import { RLP } from "@ethereumjs/rlp";
import { EMPTY_ROOT } from "../codec/header.js";
import { fromHex } from "../codec/hex.js";
import { EMPTY_CODE_HASH } from "../rules/senderCode.js";
import { BRANCH_ITEMS, CODE_HASH_FIELD, LEAF_FLAG, ODD_FLAG, STORAGE_ROOT_FIELD } from "./trieFormat.js";

/** RLP of a trie node: [path, target], or sixteen children and a value. */
type Node = Uint8Array | readonly Node[];
type Kind = "account" | "storage";

/** Inside the path of an extension or leaf; only a leaf is at its end, an extension's end is its target. */
interface InPath {
  readonly path: readonly number[];
  readonly at: number;
  readonly leaf: boolean;
  readonly target: Node;
}
/** A node by its hash, a node that stands in its parent, the inside of one, or nothing. */
type Place = Uint8Array | readonly Node[] | InPath | null;
type Opened = InPath | { readonly children: readonly Node[] };

export interface StateSource {
  /** @throws where there is none of this hash. */
  node(hash: Uint8Array): Uint8Array;
  /**
   * Called for each node and code that the new state has and the old one has not at the same place.
   * @returns whether to go below a node.
   */
  found(hash: Uint8Array, kind: "node" | "code"): boolean;
}

const EMPTY_ROOT_BYTES = fromHex(EMPTY_ROOT);
const EMPTY_CODE_HASH_BYTES = fromHex(EMPTY_CODE_HASH);

/**
 * What belongs to one state and not to another. Both are walked side by side, and what is the same at one place in both
 * is passed over with all below it, so that two states a block apart cost what the block changed. In memory is one path
 * of each.
 * @param oldRoot null for none: then it is all of the new state.
 */
export function stateDifference(oldRoot: Uint8Array | null, newRoot: Uint8Array, source: StateSource): void {
  new Walk(source).enter(oldRoot === null ? null : rootPlace(oldRoot), rootPlace(newRoot), "account");
}

class Walk {
  readonly #source: StateSource;

  constructor(source: StateSource) {
    this.#source = source;
  }

  enter(before: Place, after: Place, kind: Kind): void {
    if (after === null || isSame(before, after)) return;
    if (after instanceof Uint8Array && !this.#source.found(after, "node")) return;
    const opened = this.#open(after);
    const old = before === null ? null : this.#open(before);
    if ("children" in opened) {
      for (let nibble = 0; nibble < BRANCH_ITEMS - 1; nibble++)
        this.enter(childOf(old, nibble), childOf(opened, nibble), kind);
    } else if (opened.at < opened.path.length) {
      const nibble = opened.path[opened.at] as number;
      this.enter(childOf(old, nibble), childOf(opened, nibble), kind);
    } else if (kind === "account") {
      this.#enterAccount(old !== null && "target" in old ? old.target : null, opened.target);
    }
  }

  #enterAccount(before: Node | null, after: Node): void {
    const [old, account] = [before === null ? null : accountParts(before), accountParts(after)];
    if (!isSame(account.codeHash, EMPTY_CODE_HASH_BYTES) && !isSame(old?.codeHash ?? null, account.codeHash))
      this.#source.found(account.codeHash, "code");
    this.enter(old?.storage ?? null, account.storage, "storage");
  }

  #open(place: Exclude<Place, null>): Opened {
    if ("path" in place) return place;
    const node = place instanceof Uint8Array ? (RLP.decode(this.#source.node(place)) as Node) : place;
    if (node instanceof Uint8Array) throw new Error("a trie node is a list");
    if (node.length === BRANCH_ITEMS) return { children: node };
    if (node.length !== 2) throw new Error(`a trie node has 2 or 17 items, got ${node.length}`);
    const [encoded, target] = node as [Uint8Array, Node];
    const flags = encoded[0] ?? 0;
    const path = (flags & ODD_FLAG) === 0 ? [] : [flags & 0x0f];
    for (const byte of encoded.subarray(1)) path.push(byte >> 4, byte & 0x0f);
    return { path, at: 0, leaf: (flags & LEAF_FLAG) !== 0, target };
  }
}

function childOf(opened: Opened | null, nibble: number): Place {
  if (opened === null) return null;
  if ("children" in opened) return target(opened.children[nibble] as Node);
  const { path, at, leaf } = opened;
  if (path[at] !== nibble) return null;
  return !leaf && at + 1 === path.length ? target(opened.target) : { ...opened, at: at + 1 };
}

/** Of a branch or an extension. */
function target(node: Node): Place {
  return node instanceof Uint8Array && node.length === 0 ? null : node;
}

function rootPlace(root: Uint8Array): Place {
  return isSame(root, EMPTY_ROOT_BYTES) ? null : root;
}

function accountParts(value: Node): { readonly storage: Place; readonly codeHash: Uint8Array } {
  const fields = value instanceof Uint8Array ? (RLP.decode(value) as Node) : value;
  const [root, codeHash] = [fields[STORAGE_ROOT_FIELD], fields[CODE_HASH_FIELD]];
  if (!(root instanceof Uint8Array) || !(codeHash instanceof Uint8Array))
    throw new Error("an account has four fields");
  return { storage: rootPlace(root), codeHash };
}

/** Two nodes by one hash. */
function isSame(a: Place, b: Place): boolean {
  return a instanceof Uint8Array && b instanceof Uint8Array && Buffer.compare(a, b) === 0;
}
