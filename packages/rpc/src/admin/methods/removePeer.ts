import { defineAdminMethod } from "../adminMethod.js";
import { boundedText } from "../boundedText.js";

/** By peer id, or by the multiaddr it was added with. False when it was neither kept nor connected. */
export const adminRemovePeer = defineAdminMethod("admin_removePeer", [boundedText], ({ admin }, peer) =>
  admin.removePeer(peer.slice(peer.lastIndexOf("/") + 1)),
);
