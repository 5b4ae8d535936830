import type { BridgeSides } from "@causeway/bridge/bridgeSides";
import { encodeRetryClaim, encodeRetryDelivery } from "@causeway/bridge/encodeCalls";
import { findFailedClaim } from "@causeway/bridge/messages/findFailedClaim";
import { readClaimDelivery, readDepositDelivery } from "@causeway/bridge/messages/readInboxes";
import { readHeader } from "@causeway/bridge/sidechain/readHeader";
import { PREDEPLOYS } from "@causeway/protocol/predeploys";
import type { RetryTarget } from "./retryStep.js";

/** The sidechain's Inbox, whose blocks are all final (F1). */
export function deliveryRetries({ sidechain }: BridgeSides): RetryTarget {
  return {
    kind: "retryDelivery",
    inbox: PREDEPLOYS.orderedInbox,
    async delivery(nonce) {
      const latest = await readDepositDelivery(sidechain, nonce);
      return { latest, final: latest };
    },
    encode: async (message) => encodeRetryDelivery(message),
  };
}

/** L1's Inbox. @param l1StartBlock an L1 block at or below the bridge's deployment. */
export function claimRetries(sides: BridgeSides, l1StartBlock: number): RetryTarget {
  const { l1, bridge } = sides;
  return {
    kind: "retryClaim",
    inbox: bridge.inbox,
    async delivery(nonce) {
      const { number } = await readHeader(l1, "finalized");
      return {
        latest: await readClaimDelivery(l1, bridge.inbox, nonce),
        final: await readClaimDelivery(l1, bridge.inbox, nonce, number),
      };
    },
    async encode(message) {
      const { number } = await readHeader(l1, "latest");
      const acceptedAt = await findFailedClaim(sides, message, { from: l1StartBlock, to: number });
      return encodeRetryClaim(message, acceptedAt);
    },
  };
}
