import { feeMax } from "@causeway/chain/pool/feeMax";
import { limitText } from "../limitFlags.js";
import type { RpcLimits } from "../limits.js";
import { serverError } from "../rpcError.js";

const WEI_PER_ETHER = 1e18;

/**
 * Guards whoever sends from a slip of the hand: other nodes' transactions are not asked.
 * @throws RpcError -32000 in geth's words when the transaction may cost more than `limits.txFeeEtherMax`.
 */
export function checkFee(raw: Uint8Array, limits: RpcLimits): void {
  const max = limits.txFeeEtherMax;
  if (max === 0) return;
  const fee = Number(feeMax(raw) ?? 0n) / WEI_PER_ETHER;
  if (fee <= max) return;
  throw serverError(
    `tx fee (${fee.toFixed(2)} ether) exceeds the configured cap (${max.toFixed(2)} ether): ${limitText(limits, "txFeeEtherMax")}`,
  );
}
