import { CausewayError } from "@causeway/protocol/errors";
import { invalidParams } from "../../rpcError.js";
import { defineAdminMethod } from "../adminMethod.js";
import { boundedText } from "../boundedText.js";

/** Keep a peer connected until this node stops; the config's bootPeers are for longer. False when it is kept already. */
export const adminAddPeer = defineAdminMethod("admin_addPeer", [boundedText], async ({ admin }, address) => {
  try {
    return await admin.addPeer(address);
  } catch (error) {
    if (error instanceof CausewayError) throw invalidParams(`invalid argument 0: ${error.message}`);
    throw error;
  }
});
