import type { CallRequest } from "@causeway/chain/types/call";
import { ZERO_ADDRESS } from "@causeway/protocol/hex";
import type { RpcContext } from "../context.js";
import { serverError } from "../rpcError.js";

const TRANSFER_GAS = 21_000n;

/**
 * The most gas an estimate may answer: what the request or else the block, EIP-7825 since Osaka, the server and the
 * sender's balance allow.
 * @throws RpcError -32000 "insufficient funds for transfer" as geth.
 */
export async function gasAllowance(
  { reader, limits }: RpcContext,
  request: CallRequest,
  height: number,
  balanceOverride: bigint | undefined,
): Promise<bigint> {
  const header = await reader.header(height);
  // Whoever runs the call says in better words what is missing.
  if (header === null) return 0n;
  const asked = request.gas !== undefined && request.gas >= TRANSFER_GAS ? request.gas : header.gasLimit;
  const ruled = reader.transactionGasMax(header) ?? asked;
  const bound = [ruled, limits.callGasMax].reduce((a, b) => (a < b ? a : b), asked);
  const price = request.gasPrice ?? request.maxFeePerGas ?? 0n;
  if (price === 0n) return bound;
  const balance = balanceOverride ?? (await reader.account(request.from ?? ZERO_ADDRESS, height)).balance;
  const value = request.value ?? 0n;
  if (value >= balance) throw serverError("insufficient funds for transfer");
  const affordable = (balance - value) / price;
  return affordable < bound ? affordable : bound;
}
