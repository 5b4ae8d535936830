import type { CallRequest } from "@causeway/chain/chainReader";
import { ZERO_ADDRESS } from "@causeway/protocol/hex";
import type { RpcContext } from "./context.js";
import { serverError } from "./rpcError.js";

/** EIP-7825: no transaction may use more (H2). */
const TRANSACTION_GAS_MAX = 2n ** 24n;
const TRANSFER_GAS = 21_000n;

/**
 * The most gas an estimate may answer: what the request, the block, EIP-7825, the server and the sender's balance allow.
 * @throws RpcError -32000 "insufficient funds for transfer" as geth.
 */
export async function gasAllowance(
  { reader, limits }: RpcContext,
  request: CallRequest,
  height: number,
  balanceOverride: bigint | undefined,
): Promise<bigint> {
  const header = await reader.header(height);
  const asked =
    request.gas !== undefined && request.gas >= TRANSFER_GAS ? request.gas : (header?.gasLimit ?? 0n);
  const bound = [TRANSACTION_GAS_MAX, limits.callGasMax].reduce((a, b) => (a < b ? a : b), asked);
  const price = request.gasPrice ?? request.maxFeePerGas ?? 0n;
  if (price === 0n) return bound;
  const balance = balanceOverride ?? (await reader.account(request.from ?? ZERO_ADDRESS, height)).balance;
  const value = request.value ?? 0n;
  if (value > balance) throw serverError("insufficient funds for transfer");
  const affordable = (balance - value) / price;
  return affordable < bound ? affordable : bound;
}
