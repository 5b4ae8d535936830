import { withIntrospection } from "../discover/withIntrospection.js";
import type { Method } from "../method.js";
import type { AdminContext } from "./adminMethod.js";
import { adminAddPeer } from "./methods/addPeer.js";
import { adminChangeLogLevel } from "./methods/changeLogLevel.js";
import { adminDatadir } from "./methods/datadir.js";
import { validatorKeys } from "./methods/keys.js";
import { adminNodeInfo } from "./methods/nodeInfo.js";
import { adminPeers } from "./methods/peers.js";
import { validatorProposals } from "./methods/proposals.js";
import { adminRemovePeer } from "./methods/removePeer.js";
import { debugVerbosity } from "./methods/verbosity.js";

/** Every method of the admin port by name. None of them is in the public table. */
export const ADMIN_METHODS: ReadonlyMap<string, Method<AdminContext>> = withIntrospection(
  "Causeway admin JSON-RPC",
  [
    adminAddPeer,
    adminChangeLogLevel,
    adminDatadir,
    adminNodeInfo,
    adminPeers,
    adminRemovePeer,
    debugVerbosity,
    validatorKeys,
    validatorProposals,
  ],
);
