import type { NetworkPort } from "@causeway/network/networkPort";
import type { Head } from "@causeway/protocol/head";
import type { Logger } from "../ports/logger.js";
import type { RecordBook } from "../record/recordBook.js";
import type { Signer } from "../signer/keyRing.js";
import { ActiveKeyWatch } from "./activeKeyWatch.js";

export interface WatchKeysParts {
  readonly signer: Signer;
  readonly records: Pick<RecordBook, "keysWithoutRecord">;
  readonly network: Pick<NetworkPort, "proveKey">;
  readonly log: Logger;
}

/** Peers learn which key of the ring signs (V4), the operator also which do not. */
export function watchKeys({ signer, records, network, log }: WatchKeysParts, head: Head): ActiveKeyWatch {
  return new ActiveKeyWatch(
    {
      signer,
      waiting: () => records.keysWithoutRecord,
      onChange: (key, fromHeight) => {
        log.info({ key, fromHeight, rule: "V4" }, `signing with ${key} from height ${fromHeight}`);
        network.proveKey();
      },
      onSilent: (keys) =>
        log.error(
          { keys, rule: "V4" },
          `validators ${keys.join(", ")} do not vote: this node signs with one key of its ring at a time. Give each validator a node of its own, or remove the one too many`,
        ),
    },
    head,
  );
}
