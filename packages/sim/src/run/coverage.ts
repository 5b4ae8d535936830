/** How often each thing happened that a run may show: faults, actors, and turns of the protocol. */
export class Coverage {
  readonly #counts = new Map<string, number>();

  add(what: string, times = 1): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + times);
  }

  count(what: string): number {
    return this.#counts.get(what) ?? 0;
  }

  merge(other: Readonly<Record<string, number>>): void {
    for (const [what, times] of Object.entries(other)) this.add(what, times);
  }

  table(): Record<string, number> {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
