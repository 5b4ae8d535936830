import { VALIDATOR_SET } from "@causeway/bridge/contractInterfaces";
import { callHex } from "@causeway/bridge/rpc/callContract";
import { findLog } from "@causeway/bridge/rpc/findLog";
import type { RpcReader } from "@causeway/bridge/rpc/rpcReader";
import { type Address, ZERO_ADDRESS } from "@causeway/protocol/hex";
import { PREDEPLOYS } from "@causeway/protocol/predeploys";

/** Operator of a consensus key; of one that left the list, the last it had. null when it never was in it. */
export async function findOperator(rpc: RpcReader, key: Address): Promise<Address | null> {
  const operator = await operatorAt(rpc, key, "latest");
  if (operator !== null) return operator;
  const head = Number(await rpc.send("eth_blockNumber", []));
  const departures = ["ValidatorRemoved", "Rotated"].map((event) =>
    VALIDATOR_SET.encodeFilterTopics(event, [key]),
  );
  const topics = [departures.map(([topic]) => topic), departures[0]?.[1]];
  return findLog(rpc, { address: PREDEPLOYS.validatorSet, topics }, head, ({ blockNumber }) =>
    operatorAt(rpc, key, Number(blockNumber) - 1),
  );
}

async function operatorAt(rpc: RpcReader, key: Address, at: number | "latest"): Promise<Address | null> {
  const operator = await callHex(rpc, PREDEPLOYS.validatorSet, VALIDATOR_SET, "operatorOf", [key], at);
  return operator === ZERO_ADDRESS ? null : operator;
}
