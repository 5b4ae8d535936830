import type { Hash } from "@causeway/protocol/hex";
import type { ValidatorOverride } from "@causeway/protocol/validatorOverride";
import { validatorSetHash } from "@causeway/protocol/validatorSet";
import type { Database, Queries } from "../database/Database.js";
import type { Journal } from "../feed/journal.js";
import type { ChainIdentity } from "./chainIdentity.js";
import { chainSchemas, toNumber } from "./chainTypes.js";
import { decode, type FetchedBlock, fetchBlock } from "./fetchBlock.js";
import type { FollowStep } from "./follower.js";
import type { JsonRpc } from "./jsonRpc.js";
import { type ParentLink, verifyBlock } from "./verifyBlock.js";
import { type BlockSink, writeBlocks } from "./writeBlocks.js";

export interface ChainStepOptions {
  readonly rpc: JsonRpc;
  readonly database: Database;
  readonly journal: Journal;
  readonly identity: ChainIdentity;
  /** Of the chain spec (V6): which blocks another set seals than their parent's announced. */
  readonly overrides: readonly ValidatorOverride[];
  readonly sink: BlockSink | null;
  /** After each commit. */
  readonly onIndexed: () => Promise<void>;
}

/** Blocks fetched side by side and written together while catching up. */
const BATCH_BLOCKS = 16;

/** Fetch, verify and write the next finalized blocks. */
export function chainStep(options: ChainStepOptions): FollowStep {
  const { rpc, database, journal, identity, overrides, sink, onIndexed } = options;
  let tip: IndexedTip | null = null;
  return async () => {
    tip ??= await readTip(database);
    const finalized = await readFinalized(rpc);
    const first = tip.link === null ? 0 : tip.link.number + 1;
    const last = Math.min(finalized, first + BATCH_BLOCKS - 1);
    if (last < first) return false;
    const blocks = await fetchRange(rpc, first, last, identity.certified);
    const links = verifyRange(blocks, first, tip.link, { identity, overrides });
    const { txTotal } = tip;
    await journal.write(async (queries, emit) => {
      await writeBlocks(queries, emit, blocks, txTotal, sink);
    });
    const count = blocks.reduce((sum, { block }) => sum + block.transactions.length, 0);
    tip = { link: links.at(-1) ?? tip.link, txTotal: txTotal + count };
    await onIndexed();
    return last < finalized;
  };
}

interface IndexedTip {
  readonly link: ParentLink | null;
  readonly txTotal: number;
}

async function readTip(queries: Queries): Promise<IndexedTip> {
  const [row] = await queries.query<{
    number: number;
    hash: string;
    timestamp: number;
    next_set_hash: string | null;
    tx_total: number;
  }>("SELECT number, hash, timestamp, next_set_hash, tx_total FROM blocks ORDER BY number DESC LIMIT 1");
  if (row === undefined) return { link: null, txTotal: 0 };
  return {
    link: {
      number: row.number,
      hash: row.hash as Hash,
      timestamp: row.timestamp,
      nextSetHash: row.next_set_hash as Hash | null,
    },
    txTotal: row.tx_total,
  };
}

/** F1: on a Causeway chain latest is finalized; elsewhere only what is finalized is never taken back. */
async function readFinalized(rpc: JsonRpc): Promise<number> {
  const header = await rpc.call("eth_getBlockByNumber", ["finalized", false]);
  if (header === null) return -1;
  return toNumber(decode(chainSchemas.header, header, "eth_getBlockByNumber(finalized)", 0).number);
}

async function fetchRange(rpc: JsonRpc, first: number, last: number, certified: boolean) {
  const heights = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const fetched = await Promise.all(heights.map((height) => fetchBlock(rpc, height, certified)));
  // A node behind a balancer may not have the newest ones yet.
  const missing = fetched.indexOf(null);
  return fetched.slice(0, missing === -1 ? undefined : missing).filter((block) => block !== null);
}

/** V6: after the block an override goes on from, its set seals, whatever that block announced. */
function overridden(parent: ParentLink | null, overrides: readonly ValidatorOverride[]): ParentLink | null {
  const override = overrides.find(
    ({ height, parentHash }) => height - 1 === parent?.number && parentHash === parent.hash,
  );
  if (parent === null || override === undefined) return parent;
  return { ...parent, nextSetHash: validatorSetHash(override.validators) };
}

function verifyRange(
  blocks: readonly FetchedBlock[],
  first: number,
  parent: ParentLink | null,
  { identity, overrides }: Pick<ChainStepOptions, "identity" | "overrides">,
): ParentLink[] {
  const links: ParentLink[] = [];
  for (const [i, fetched] of blocks.entries()) {
    const { block, certificate } = fetched;
    const height = first + i;
    const link = overridden(links.at(-1) ?? parent, overrides);
    verifyBlock(fetched, height, link, identity.certified ? identity : null);
    links.push({
      number: height,
      hash: block.hash,
      timestamp: toNumber(block.timestamp),
      nextSetHash:
        certificate?.checkpoint.nextValidatorSetHash ?? (height === 0 ? (block.extraData as Hash) : null),
    });
  }
  return links;
}
