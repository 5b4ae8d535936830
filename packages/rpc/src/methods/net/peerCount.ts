import { quantity } from "../../format/quantity.js";
import { defineMethod } from "../../method.js";

export const netPeerCount = defineMethod("net_peerCount", [], async ({ status }) =>
  quantity((await status.peers()).length),
);
