import { quantity } from "../../format/quantity.js";
import { defineAdminMethod } from "../adminMethod.js";

/** As geth's, with multiaddrs where geth has enodes. */
export const adminNodeInfo = defineAdminMethod("admin_nodeInfo", [], async ({ admin, reader }) => {
  const head = await reader.header(reader.headNumber());
  const addresses = admin.addresses();
  return {
    id: admin.peerId,
    name: admin.clientVersion,
    listenAddr: addresses[0] ?? null,
    addresses,
    protocols: {
      causeway: {
        network: reader.chainId,
        genesis: reader.genesisHash,
        head: head?.hash ?? null,
        height: head === null ? null : quantity(head.number),
      },
    },
  };
});
