import type { ExecutionPort } from "@causeway/chain/chainPort";
import type { NetworkPort } from "@causeway/network/networkPort";
import type { AdminPort } from "@causeway/rpc/admin/adminPort";
import type { LogLevel } from "@causeway/rpc/admin/logLevel";
import type { Logger } from "../ports/logger.js";
import type { RecordBook } from "../record/recordBook.js";
import type { Signer } from "../signer/keyRing.js";

export interface NodeAdminParts {
  readonly clientVersion: string;
  readonly dataDir: string;
  readonly network: NetworkPort;
  readonly signer: Signer;
  readonly records: RecordBook;
  readonly execution: ExecutionPort;
  readonly log: Logger;
  readonly setLogLevel: (level: LogLevel) => void;
}

/** What an operator may do to the running node; each change is logged. */
export function nodeAdmin(parts: NodeAdminParts): AdminPort {
  const { clientVersion, dataDir, network, signer, records, execution, log } = parts;
  return {
    clientVersion,
    dataDir,
    peerId: network.peerId,
    addresses: () => network.addresses,
    peers: () => network.peers(),
    addPeer: (address) => {
      const added = network.addPeer(address);
      log.info({ address, added }, "admin: peer added");
      return added;
    },
    removePeer: (peer) => {
      const removed = network.removePeer(peer);
      log.info({ peer, removed }, "admin: peer removed");
      return removed;
    },
    setLogLevel: (level) => {
      log.info({ logLevel: level }, "admin: log level to change");
      parts.setLogLevel(level);
    },
    keys: () =>
      signer.addresses.map((address) => ({
        address,
        inForce: execution.head().nextValidators.includes(address),
        withoutRecord: records.keysWithoutRecord.includes(address),
      })),
  };
}
