import type { Head } from "@causeway/protocol/head";
import type { Address } from "@causeway/protocol/hex";
import type { Signer } from "../signer/keyRing.js";
import { activeKey } from "./networkHandlers.js";

export interface ActiveKeyWatchPorts {
  readonly signer: Signer;
  /** Another key of the ring signs from this height on; null for a node without keys. */
  readonly onChange: (key: Address | null, fromHeight: number) => void;
}

/** Notices when a change of the set makes another key of the ring the one that signs: a rotation (V4). */
export class ActiveKeyWatch {
  readonly #ports: ActiveKeyWatchPorts;
  #key: Address | null;

  constructor(ports: ActiveKeyWatchPorts, head: Head) {
    this.#ports = ports;
    this.#key = activeKey(ports.signer, head);
  }

  headMoved(head: Head): void {
    const key = activeKey(this.#ports.signer, head);
    if (key === this.#key) return;
    this.#key = key;
    this.#ports.onChange(key, head.height + 1);
  }
}
