import type { Address, Hex } from "@causeway/protocol/hex";
import type { Interface } from "ethers";
import { BridgeError } from "../bridgeError.js";
import { type BlockTag, blockParameter, type RpcReader } from "./rpcReader.js";

/**
 * Call a view function and decode what it returns, as an array of ethers' values (integers are bigint).
 * @throws {BridgeError} RpcRefused on a revert; NoContract; RpcMalformed when the answer is not what the function returns.
 */
export async function callContract(
  reader: RpcReader,
  address: Address,
  contract: Interface,
  fn: string,
  args: readonly unknown[] = [],
  at: BlockTag = "latest",
): Promise<readonly unknown[]> {
  const data = contract.encodeFunctionData(fn, args);
  const answer = await reader.send("eth_call", [{ to: address, data }, blockParameter(at)]);
  if (answer === "0x") {
    throw new BridgeError(
      { code: "NoContract", address },
      `no contract at ${address} in block ${JSON.stringify(at)}`,
    );
  }
  try {
    return contract.decodeFunctionResult(fn, answer as Hex).toArray();
  } catch (cause) {
    throw new BridgeError(
      { code: "RpcMalformed", method: "eth_call", field: fn },
      `${address}.${fn}: the answer is not what the contract returns`,
      { cause },
    );
  }
}

/** As {@link callContract}, for a function that returns one integer. */
export async function callUint(...args: Parameters<typeof callContract>): Promise<bigint> {
  const [value] = await callContract(...args);
  if (typeof value === "bigint") return value;
  throw new BridgeError(
    { code: "RpcMalformed", method: "eth_call", field: args[3] },
    `${args[3]}: no integer`,
  );
}

/** As {@link callContract}, for a function that returns one hash or address; lower case. */
export async function callHex(...args: Parameters<typeof callContract>): Promise<Hex> {
  const [value] = await callContract(...args);
  if (typeof value === "string") return value.toLowerCase() as Hex;
  throw new BridgeError({ code: "RpcMalformed", method: "eth_call", field: args[3] }, `${args[3]}: no hex`);
}
