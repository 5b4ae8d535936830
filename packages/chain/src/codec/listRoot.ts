import type { Hash } from "@causeway/protocol/hex";
import { RLP } from "@ethereumjs/rlp";
import { keccak256 } from "../crypto/nativeCrypto.js";
import { EMPTY_ROOT } from "./header.js";
import { toHex } from "./hex.js";

/** An item with the nibbles of its key, RLP(index). No such key begins another. */
interface Leaf {
  readonly path: readonly number[];
  readonly value: Uint8Array;
}

/** A trie node, as its parent encodes it: whole while its RLP is shorter than its hash. */
type Node = Uint8Array | Node[];

const HASH_BYTES = 32;
const CHILDREN = 16;
const NO_VALUE = new Uint8Array();

/**
 * Root of the trie index -> item (Yellow Paper, appendix D), as headers commit to transactions and receipts. All items
 * are known, so each node is made once, from below; a trie that takes them one by one makes every node on the path to each.
 */
export function listRoot(items: readonly Uint8Array[]): Hash {
  if (items.length === 0) return EMPTY_ROOT;
  const entries = items.map((value, i) => ({ key: RLP.encode(i), value }));
  entries.sort((a, b) => Buffer.compare(a.key, b.key));
  const leaves = entries.map(({ key, value }) => ({ path: nibblesOf(key), value }));
  return toHex(keccak256(RLP.encode(nodeOf(leaves, 0))));
}

/** The node above some leaves, at least one, in order, that agree in all of their paths before `depth`. */
function nodeOf(leaves: readonly Leaf[], depth: number): Node[] {
  const [first, last] = [leaves[0] as Leaf, leaves.at(-1) as Leaf];
  if (first === last) return [hexPrefix(first.path.slice(depth), true), first.value];
  const fork = forkOf(first.path, last.path, depth);
  if (fork === depth) return branchOf(leaves, depth);
  return [hexPrefix(first.path.slice(depth, fork), false), reference(branchOf(leaves, fork))];
}

/** Two children at least; no path ends here, so it has no value. */
function branchOf(leaves: readonly Leaf[], depth: number): Node[] {
  const branch: Node[] = Array.from({ length: CHILDREN + 1 }, () => NO_VALUE);
  for (let start = 0; start < leaves.length; ) {
    const nibble = leaves[start]?.path[depth] as number;
    let end = start + 1;
    while (leaves[end]?.path[depth] === nibble) end++;
    branch[nibble] = reference(nodeOf(leaves.slice(start, end), depth + 1));
    start = end;
  }
  return branch;
}

function reference(node: Node[]): Node {
  const rlp = RLP.encode(node);
  return rlp.length < HASH_BYTES ? node : keccak256(rlp);
}

/** Where two different paths part; of ordered leaves, all between the first and the last agree up to there. */
function forkOf(a: readonly number[], b: readonly number[], depth: number): number {
  let fork = depth;
  while (a[fork] === b[fork]) fork++;
  return fork;
}

/** Yellow Paper, appendix C: two nibbles a byte, the first saying whether the count is odd and whether a leaf ends there. */
function hexPrefix(path: readonly number[], isLeaf: boolean): Uint8Array {
  const flag = isLeaf ? 2 : 0;
  const nibbles = path.length % 2 === 1 ? [flag + 1, ...path] : [flag, 0, ...path];
  return Uint8Array.from({ length: nibbles.length / 2 }, (_, i) => {
    return ((nibbles[2 * i] as number) << 4) | (nibbles[2 * i + 1] as number);
  });
}

function nibblesOf(key: Uint8Array): number[] {
  return [...key].flatMap((byte) => [byte >> 4, byte & 15]);
}
