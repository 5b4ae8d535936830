import type { Transaction } from "@causeway/chain/types/transaction";
import { getAddress } from "ethers";
import { defineMethod } from "../../method.js";
import { poolContent } from "../../pool/poolContent.js";
import { senderGroups } from "../../pool/senderGroups.js";

/** geth's one-line form. */
function show({ to, value, gas, gasPrice, maxFeePerGas }: Transaction): string {
  const target = to === null ? "contract creation" : getAddress(to);
  return `${target}: ${value} wei + ${gas} gas × ${gasPrice ?? maxFeePerGas} wei`;
}

export const txpoolInspect = defineMethod("txpool_inspect", [], async (context) => {
  const { pending, queued } = await poolContent(context);
  return { pending: senderGroups(pending, show), queued: senderGroups(queued, show) };
});
