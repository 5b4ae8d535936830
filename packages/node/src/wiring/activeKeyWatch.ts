import type { Head } from "@causeway/protocol/head";
import type { Address } from "@causeway/protocol/hex";
import { activeKey, silentKeys } from "../ingress/networkHandlers.js";
import type { Signer } from "../signer/keyRing.js";

export interface ActiveKeyWatchPorts {
  readonly signer: Signer;
  /** Keys that may not sign yet (W5). */
  readonly waiting: () => readonly Address[];
  /** Another key of the ring signs from this height on; null for a node without keys. */
  readonly onChange: (key: Address | null, fromHeight: number) => void;
  /** These keys of the ring are in the set and do not sign, for a node signs with one of them (V4). */
  readonly onSilent: (keys: readonly Address[]) => void;
}

/** Notices when a change of the set makes another key of the ring the one that signs, a rotation, or leaves one silent (V4). */
export class ActiveKeyWatch {
  readonly #ports: ActiveKeyWatchPorts;
  #key: Address | null;
  #silent: readonly Address[] = [];

  constructor(ports: ActiveKeyWatchPorts, head: Head) {
    this.#ports = ports;
    this.#key = activeKey(ports.signer, head);
    this.#watchSilent(head);
  }

  headMoved(head: Head): void {
    this.#watchSilent(head);
    const key = activeKey(this.#ports.signer, head);
    if (key === this.#key) return;
    this.#key = key;
    this.#ports.onChange(key, head.height + 1);
  }

  #watchSilent(head: Head): void {
    const silent = silentKeys(this.#ports.signer, head, this.#ports.waiting());
    const isNew = silent.some((key) => !this.#silent.includes(key));
    this.#silent = silent;
    if (isNew) this.#ports.onSilent(silent);
  }
}
