import { signerIndices } from "@causeway/protocol/certificate";
import type { Hash } from "@causeway/protocol/hex";
import { quorum } from "@causeway/protocol/quorum";
import type { Queries } from "./database/Database.js";
import type {
  BlockRef,
  FollowerStatus,
  StatsPayload,
  ValidatorPayload,
  ValidatorsPayload,
  ValueTopic,
} from "./feed/feedProtocol.js";

/** Blocks over which block time and seal participation are taken. */
const STATS_WINDOW_BLOCKS = 100;

/** The newest values of the chain's state, recomputed from the index after each commit and when a follower's status changes. */
export class LiveState {
  readonly #queries: Queries;
  readonly #identity: { readonly chainId: number; readonly genesisHash: Hash };
  readonly #listeners = new Set<(topic: ValueTopic) => void>();
  readonly #values = new Map<ValueTopic, string>();
  #indexer: FollowerStatus = { state: "syncing", message: null };
  #l1: StatsPayload["l1"];
  #stats: StatsPayload | null = null;
  #validators: ValidatorsPayload | null = null;

  constructor(
    queries: Queries,
    { chainId, genesisHash }: { readonly chainId: number; readonly genesisHash: Hash },
    l1ChainId: number | null,
  ) {
    this.#queries = queries;
    this.#identity = { chainId, genesisHash };
    this.#l1 =
      l1ChainId === null ? null : { state: "syncing", message: null, chainId: l1ChainId, height: null };
  }

  get stats(): StatsPayload | null {
    return this.#stats;
  }

  get validators(): ValidatorsPayload | null {
    return this.#validators;
  }

  get head(): BlockRef | null {
    const head = this.#stats?.head;
    return head == null ? null : { n: head.number, h: head.hash };
  }

  value(topic: ValueTopic): string | null {
    return this.#values.get(topic) ?? null;
  }

  onValue(listener: (topic: ValueTopic) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  setIndexer(status: FollowerStatus): void {
    this.#indexer = status;
    this.#republish();
  }

  setL1(change: Partial<NonNullable<StatsPayload["l1"]>>): void {
    if (this.#l1 === null) return;
    this.#l1 = { ...this.#l1, ...change };
    this.#republish();
  }

  /** Read head and window from the index. */
  async refresh(): Promise<void> {
    const rows = await this.#queries.query<WindowRow>(
      `SELECT number, hash, timestamp, miner, round, signers, tx_total, b.set_hash, validators
         FROM blocks b LEFT JOIN validator_sets v ON v.set_hash = b.set_hash
        ORDER BY number DESC LIMIT ${STATS_WINDOW_BLOCKS}`,
    );
    const window = rows.map(decodeRow);
    this.#stats = { ...this.#identity, ...chainStats(window), indexer: this.#indexer, l1: this.#l1 };
    this.#validators = participation(window);
    this.#publish("stats", this.#stats);
    this.#publish("validators", this.#validators);
  }

  #republish(): void {
    if (this.#stats === null) return;
    this.#stats = { ...this.#stats, indexer: this.#indexer, l1: this.#l1 };
    this.#publish("stats", this.#stats);
  }

  #publish(topic: ValueTopic, value: object): void {
    const text = JSON.stringify(value);
    if (text === this.#values.get(topic)) return;
    this.#values.set(topic, text);
    for (const listener of this.#listeners) listener(topic);
  }
}

type WindowRow = {
  number: number;
  hash: string;
  timestamp: number;
  miner: string;
  round: number | null;
  signers: string | null;
  tx_total: number;
  set_hash: string | null;
  validators: string | null;
};

interface WindowBlock extends Omit<WindowRow, "validators" | "signers"> {
  readonly set: readonly string[];
  readonly signers: bigint;
}

function decodeRow(row: WindowRow): WindowBlock {
  const set = row.validators === null ? [] : (JSON.parse(row.validators) as string[]);
  return { ...row, set, signers: BigInt(row.signers ?? 0) };
}

function chainStats(
  window: readonly WindowBlock[],
): Pick<StatsPayload, "head" | "blockTimeSeconds" | "transactions"> {
  const newest = window[0];
  // Genesis is dated by whoever made it, not by the chain.
  const timed = window.filter((block) => block.number > 0);
  const oldest = timed.at(-1);
  const spans = timed.length - 1;
  return {
    head: newest === undefined ? null : headStats(newest),
    blockTimeSeconds:
      newest === undefined || oldest === undefined || spans < 1
        ? null
        : Math.round(((newest.timestamp - oldest.timestamp) / spans) * 100) / 100,
    transactions: newest?.tx_total ?? 0,
  };
}

function headStats(block: WindowBlock): NonNullable<StatsPayload["head"]> {
  const n = block.set.length;
  return {
    number: block.number,
    hash: block.hash as Hash,
    timestamp: block.timestamp,
    round: block.round,
    seals: n === 0 ? null : signerIndices(block.signers, n).length,
    validators: n === 0 ? null : n,
    quorum: n === 0 ? null : quorum(n),
  };
}

/** Who of the newest set proposed and sealed in the window. */
function participation(window: readonly WindowBlock[]): ValidatorsPayload {
  const newest = window[0];
  const set = newest?.set ?? [];
  const validators = set.map((address): ValidatorPayload => {
    const eligible = window.filter((block) => block.set.includes(address));
    const sealed = eligible.filter((block) => (block.signers >> BigInt(block.set.indexOf(address))) & 1n);
    return {
      address: address as ValidatorPayload["address"],
      proposed: eligible.filter((block) => block.miner === address).length,
      sealed: sealed.length,
      eligible: eligible.length,
      lastSealed: sealed[0]?.number ?? null,
    };
  });
  return {
    height: newest?.number ?? 0,
    window: window.filter((block) => block.set.length > 0).length,
    setHash: (newest?.set_hash ?? null) as Hash | null,
    quorum: quorum(set.length),
    validators,
  };
}
