import { quantity, type RpcReader } from "@causeway/bridge/rpc/rpcReader";
import { sendTransaction } from "@causeway/bridge/rpc/sendTransaction";
import type { Address } from "@causeway/protocol/hex";
import type { JsonRpcProvider, Wallet } from "ethers";
import { usageError } from "../options.js";

/** Times the base fee that is paid at most: it may rise by an eighth per block until the transaction is in. */
const BASE_FEE_FACTOR = 2n;

/**
 * Send all that a consensus key earned to its operator, the one transfer such a key signs (V4). The price is fixed, so
 * that nothing is left behind.
 * @returns wei sent.
 * @throws CausewayError "Usage" when the balance does not exceed the gas.
 */
export async function sweepBalance(
  rpc: RpcReader,
  provider: JsonRpcProvider,
  key: Wallet,
  operator: Address,
): Promise<bigint> {
  const from = key.address;
  const uint = async (method: string, ...params: unknown[]) => BigInt(String(await rpc.send(method, params)));
  const balance = await uint("eth_getBalance", from, "latest");
  const gasPrice = (await uint("eth_baseFee")) * BASE_FEE_FACTOR + (await uint("eth_maxPriorityFeePerGas"));
  // An operator may be a contract, whose code takes gas.
  const gasLimit = await uint("eth_estimateGas", { from, to: operator, value: quantity(0) });
  const value = balance - gasLimit * gasPrice;
  if (value <= 0n) {
    throw usageError(
      `consensus key ${from.toLowerCase()} has ${balance} wei, not more than the ${gasLimit * gasPrice} wei that sending them costs: nothing to sweep`,
    );
  }
  await sendTransaction(key.connect(provider), {
    to: operator,
    data: "0x",
    value,
    gasLimit: Number(gasLimit),
    gasPrice,
  });
  return value;
}
