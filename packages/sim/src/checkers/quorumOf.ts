/** ceil(2n/3), in integers and apart from the node's own: a checker that shares a mistake cannot see it. */
export function quorumOf(n: number): number {
  return n - Math.floor(n / 3);
}
