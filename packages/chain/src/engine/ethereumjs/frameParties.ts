import type { Address } from "@causeway/protocol/hex";
import type { EVMResult, EVMRunCallOpts, Message } from "@ethereumjs/evm";
import { toHex } from "../../codec/hex.js";
import type { Creation, Parties } from "../engine.js";

/** Gathers whom the frames inside one transaction call and make, at a few hundred nanoseconds a frame. */
export class FrameParties {
  readonly #addresses = new Set<Address>();
  readonly #creations: Creation[] = [];

  /** To be given back to {@link left} when the frame about to begin is over. */
  entered(): number {
    return this.#creations.length;
  }

  /** A frame is over; what was made inside one that failed was not made. */
  left(before: number, { to, codeAddress, caller, isCompiled }: Message, result: EVMResult): void {
    const { createdAddress, execResult } = result;
    if (execResult.exceptionError !== undefined) this.#creations.length = before;
    // The library names the contract of a creation in `to`.
    const party = to === undefined ? undefined : toHex((createdAddress ?? codeAddress).bytes);
    if (party === undefined || isCompiled) return;
    this.#addresses.add(party);
    if (createdAddress === undefined || execResult.exceptionError !== undefined) return;
    this.#creations.push({ contract: party, creator: toHex(caller.bytes) });
  }

  /** The transaction's own frame is over. */
  leftTransaction({ caller }: EVMRunCallOpts, { createdAddress, execResult }: EVMResult): void {
    if (execResult.exceptionError !== undefined) this.#creations.length = 0;
    else if (createdAddress !== undefined && caller !== undefined) {
      this.#creations.push({ contract: toHex(createdAddress.bytes), creator: toHex(caller.bytes) });
    }
  }

  /** Hand over and forget what was gathered since the last time. */
  take(): Parties {
    const parties = { addresses: [...this.#addresses], creations: [...this.#creations] };
    this.#addresses.clear();
    this.#creations.length = 0;
    return parties;
  }
}
