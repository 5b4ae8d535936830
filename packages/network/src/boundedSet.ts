/** A set that forgets its oldest members beyond a size. */
export class BoundedSet<T> {
  readonly #members = new Set<T>();
  readonly #sizeMax: number;

  constructor(sizeMax: number) {
    this.#sizeMax = sizeMax;
  }

  has(member: T): boolean {
    return this.#members.has(member);
  }

  add(member: T): void {
    if (this.#members.has(member)) return;
    if (this.#members.size === this.#sizeMax) {
      for (const oldest of this.#members) {
        this.#members.delete(oldest);
        break;
      }
    }
    this.#members.add(member);
  }

  delete(member: T): void {
    this.#members.delete(member);
  }
}
