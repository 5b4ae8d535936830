import type { Hash } from "@causeway/protocol/hex";

/** Stream protocols (X8). */
export const HELLO_PROTOCOL = "/causeway/1/hello";
export const CONSENSUS_PROTOCOL = "/causeway/1/consensus";
export const SYNC_PROTOCOL = "/causeway/1/sync";

/** Gossip topics carry the first four bytes of the genesis hash (X8): chains never mix. */
export function gossipTopics(genesisHash: Hash): { readonly tx: string; readonly head: string } {
  const prefix = `causeway/1/${genesisHash.slice(2, 10)}`;
  return { tx: `${prefix}/tx`, head: `${prefix}/head` };
}
