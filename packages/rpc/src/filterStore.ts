import type { Transaction } from "@causeway/chain/chainReader";
import type { Hash } from "@causeway/protocol/hex";
import type { RpcLimits } from "./limits.js";
import { newId } from "./newId.js";
import type { LogCriteria } from "./params/logCriteria.js";
import type { PoolPort } from "./poolPort.js";

/** What a filter remembers between polls: a height of the chain, or, for the pool, which has none, hashes. */
export type Filter =
  | { readonly kind: "logs"; readonly criteria: LogCriteria; nextBlock: number }
  | { readonly kind: "blocks"; nextBlock: number }
  | { readonly kind: "pending"; hashes: Hash[]; readonly full: boolean };

/** Addresses and topics that a filter keeps. */
function watchedBy(filter: Filter): number {
  if (filter.kind !== "logs") return 0;
  const { addresses, topics } = filter.criteria;
  return topics.reduce((sum, alternatives) => sum + (alternatives?.length ?? 0), addresses.length);
}

/** Installed filters of all callers, bounded in number, idle time and memory. */
export class FilterStore {
  /** In order of use: the first was unused for longest. */
  private readonly filters = new Map<string, { readonly filter: Filter; usedAt: number }>();
  /** null while no filter collects transactions: where the pool is on another thread, each one told costs both. */
  private stopListening: (() => void) | null = null;

  constructor(
    private readonly pool: PoolPort,
    private readonly limits: RpcLimits,
  ) {}

  close(): void {
    this.filters.clear();
    this.listenIfWanted();
  }

  install(filter: Filter): string {
    this.dropIdle();
    this.makeRoom(watchedBy(filter));
    const id = newId();
    this.filters.set(id, { filter, usedAt: performance.now() });
    this.listenIfWanted();
    return id;
  }

  /** The filter, marked as used; null when it was never there, uninstalled or forgotten. */
  use(id: string): Filter | null {
    this.dropIdle();
    const entry = this.filters.get(id);
    if (entry === undefined) return null;
    this.filters.delete(id);
    this.filters.set(id, { filter: entry.filter, usedAt: performance.now() });
    return entry.filter;
  }

  uninstall(id: string): boolean {
    const known = this.filters.delete(id);
    this.listenIfWanted();
    return known;
  }

  /** For one more filter that selects by `watched`: those unused for longest give way. */
  private makeRoom(watched: number): void {
    let total = watched;
    for (const { filter } of this.filters.values()) total += watchedBy(filter);
    for (const [id, { filter }] of this.filters) {
      const isFull = this.filters.size >= this.limits.filtersMax;
      const given = watchedBy(filter);
      if (!isFull && total <= this.limits.watchedTotalMax) return;
      if (!isFull && given === 0) continue;
      this.filters.delete(id);
      total -= given;
    }
  }

  private dropIdle(): void {
    const oldestAllowed = performance.now() - this.limits.filterIdleMsMax;
    const before = this.filters.size;
    for (const [id, { usedAt }] of this.filters) {
      if (usedAt >= oldestAllowed) break;
      this.filters.delete(id);
    }
    if (this.filters.size < before) this.listenIfWanted();
  }

  private listenIfWanted(): void {
    const wanted = [...this.filters.values()].some(({ filter }) => filter.kind === "pending");
    if (wanted) this.stopListening ??= this.pool.onTransaction((transaction) => this.collect(transaction));
    else {
      this.stopListening?.();
      this.stopListening = null;
    }
  }

  private collect({ hash }: Transaction): void {
    for (const { filter } of this.filters.values()) {
      if (filter.kind !== "pending") continue;
      filter.hashes.push(hash);
      if (filter.hashes.length > this.limits.filterHashesMax) filter.hashes.shift();
    }
  }
}
