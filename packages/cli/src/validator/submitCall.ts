import { BridgeError, revertData } from "@causeway/bridge/bridgeError";
import { VALIDATOR_SET } from "@causeway/bridge/contractInterfaces";
import { httpRpc } from "@causeway/bridge/rpc/httpRpc";
import { sendTransaction } from "@causeway/bridge/rpc/sendTransaction";
import type { Hex } from "@causeway/protocol/hex";
import { PREDEPLOYS } from "@causeway/protocol/predeploys";
import { JsonRpcProvider, type TransactionReceipt, type Wallet } from "ethers";
import { usageError } from "../options.js";
import { refusalOf } from "./refusalOf.js";

/** On top of the estimate: other votes before it may make a vote the one that executes, at up to 1.5 million gas more. */
const GAS_MARGIN = 2_000_000;

/**
 * Send a call to ValidatorSet as a transaction signed here (V4: no RPC method votes) and wait until its block is final.
 * @throws ValidatorSetRefusal when the contract refuses it, told before anything is sent; CausewayError "Usage" when the
 * chain has no such contract or the account no ether; BridgeError.
 */
export async function submitCall(
  rpcUrl: string,
  account: Wallet,
  fn: string,
  args: readonly unknown[],
): Promise<TransactionReceipt> {
  const rpc = httpRpc(rpcUrl);
  const { address: from } = account;
  const chainId = Number(await rpc.send("eth_chainId", []));
  const to = PREDEPLOYS.validatorSet;
  // To an address without code every call succeeds, and costs gas.
  if ((await rpc.send("eth_getCode", [to, "latest"])) === "0x") {
    throw usageError(
      `--rpc ${rpcUrl} serves chain ${chainId}, which has no ValidatorSet at ${to}: give a node of the chain that this is for`,
    );
  }
  if (BigInt(String(await rpc.send("eth_getBalance", [from, "latest"]))) === 0n) {
    throw usageError(
      `account ${from.toLowerCase()} has no ether on chain ${chainId} to pay gas: send it some, or give another --keystore`,
    );
  }
  const data = VALIDATOR_SET.encodeFunctionData(fn, args) as Hex;
  const estimate = () => rpc.send("eth_estimateGas", [{ from, to, data }]);
  const provider = new JsonRpcProvider(rpcUrl, chainId, { staticNetwork: true, batchMaxCount: 1 });
  try {
    const gasLimit = Number(await estimate()) + GAS_MARGIN;
    return await sendTransaction(account.connect(provider), { to, data, gasLimit });
  } catch (error) {
    throw await reasonOf(error, estimate);
  } finally {
    provider.destroy();
  }
}

/** Why the contract refused; of a transaction that was mined and reverted, by asking again. */
async function reasonOf(error: unknown, again: () => Promise<unknown>): Promise<unknown> {
  if (error instanceof BridgeError && error.code === "TransactionFailed") {
    try {
      await again();
    } catch (now) {
      return refusal(now) ?? error;
    }
    return error;
  }
  return refusal(error) ?? error;
}

function refusal(error: unknown): Error | null {
  const data = revertData(error);
  return data === null ? null : refusalOf(data, error);
}
