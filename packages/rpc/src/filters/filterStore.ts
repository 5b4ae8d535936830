import type { Transaction } from "@causeway/chain/types/transaction";
import type { RpcLimits } from "../limits.js";
import type { PoolPort } from "../poolPort.js";
import type { Filter } from "./filter.js";
import { newId } from "./newId.js";
import { PendingFilter } from "./pendingFilter.js";

interface Installed {
  readonly client: unknown;
  readonly filter: Filter;
  readonly usedAt: number;
}

/** Installed filters of all callers, bounded in number, idle time and memory. */
export class FilterStore {
  /** In order of use: the first was unused for longest. */
  private readonly filters = new Map<string, Installed>();
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

  /** @param client whoever asks for it. */
  install(client: unknown, filter: Filter): string {
    this.dropIdle();
    this.makeRoom(filter.watched);
    const id = newId();
    this.filters.set(id, { client, filter, usedAt: performance.now() });
    this.listenIfWanted();
    return id;
  }

  /** The filter, marked as used; null when it was never there, uninstalled or forgotten. */
  use(id: string): Filter | null {
    this.dropIdle();
    const entry = this.filters.get(id);
    if (entry === undefined) return null;
    this.filters.delete(id);
    this.filters.set(id, { ...entry, usedAt: performance.now() });
    return entry.filter;
  }

  uninstall(id: string): boolean {
    const known = this.filters.delete(id);
    this.listenIfWanted();
    return known;
  }

  /** For one more filter that selects by `watched`: the client who has the most gives way with what it has not used for longest. */
  private makeRoom(watched: number): void {
    while (this.filters.size >= this.limits.filtersMax) if (!this.dropOfGreatest(() => 1)) return;
    while (this.watched() + watched > this.limits.watchedTotalMax) {
      if (!this.dropOfGreatest((filter) => filter.watched)) return;
    }
  }

  private watched(): number {
    return [...this.filters.values()].reduce((sum, { filter }) => sum + filter.watched, 0);
  }

  /** @returns false when nobody has any share. */
  private dropOfGreatest(share: (filter: Filter) => number): boolean {
    const shares = new Map<unknown, number>();
    for (const { client, filter } of this.filters.values()) {
      shares.set(client, (shares.get(client) ?? 0) + share(filter));
    }
    const most = [...shares.values()].reduce((a, b) => Math.max(a, b), 0);
    for (const [id, { client, filter }] of this.filters) {
      if (share(filter) > 0 && shares.get(client) === most) return this.filters.delete(id);
    }
    return false;
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
    const wanted = [...this.filters.values()].some(({ filter }) => filter instanceof PendingFilter);
    if (wanted) this.stopListening ??= this.pool.onTransaction((transaction) => this.collect(transaction));
    else {
      this.stopListening?.();
      this.stopListening = null;
    }
  }

  private collect({ hash }: Transaction): void {
    for (const { filter } of this.filters.values()) {
      if (filter instanceof PendingFilter) filter.collect(hash);
    }
  }
}
