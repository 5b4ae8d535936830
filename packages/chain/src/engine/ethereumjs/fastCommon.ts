import { Common, type ParamsDict } from "@ethereumjs/common";

/** EIP numbers from here on are looked up as the library does; the newest known has four digits. */
const TABLE_SIZE = 8_192;

const applied = new WeakMap<Common, Set<ParamsDict>>();

/**
 * Chain rules without two costs of the library:
 * - Every transaction, block and EVM it makes hands its parameters to Common again, which is two thirds of decoding a
 *   transaction. The same object changes nothing the second time.
 * - `isActivatedEIP` searches a list, up to five times for every opcode. Here it reads a table, made with that list.
 */
export class FastCommon extends Common {
  /** The same object in every copy: what is derived from the rules of one fork holds for all of them. */
  readonly family: object = {};
  // Made by a method that the constructor of Common calls: an initializer here would wipe it out.
  declare private activated: Uint8Array;

  override updateParams(params: ParamsDict): void {
    // By instance, not in a field: copy() copies own properties only.
    const seen = applied.get(this) ?? new Set();
    applied.set(this, seen);
    if (seen.has(params)) return;
    super.updateParams(params);
    seen.add(params);
  }

  override copy(): Common {
    const copy = super.copy();
    applied.set(copy, new Set(applied.get(this)));
    return copy;
  }

  override isActivatedEIP(eip: number): boolean {
    return eip < TABLE_SIZE ? this.activated[eip] === 1 : super.isActivatedEIP(eip);
  }

  /** A new table each time: copies hold the old one. */
  protected override _buildActivatedEIPsCache(): void {
    super._buildActivatedEIPsCache();
    this.activated = new Uint8Array(TABLE_SIZE);
    for (const eip of this._activatedEIPsCache) if (eip < TABLE_SIZE) this.activated[eip] = 1;
  }
}
