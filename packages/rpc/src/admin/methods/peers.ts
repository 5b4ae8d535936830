import { quantity } from "../../format/quantity.js";
import { defineAdminMethod } from "../adminMethod.js";

export const adminPeers = defineAdminMethod("admin_peers", [], ({ admin }) =>
  admin.peers().map(({ height, ...peer }) => ({ ...peer, height: quantity(height) })),
);
