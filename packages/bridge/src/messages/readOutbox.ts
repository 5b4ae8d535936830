import type { Address, Hash } from "@causeway/protocol/hex";
import { OUTBOX } from "../contractInterfaces.js";
import { callHex, callUint } from "../rpc/callContract.js";
import type { BlockTag, RpcReader } from "../rpc/rpcReader.js";
import type { OutboxState } from "./readProvenOutbox.js";

/** L1's accumulator over its first `count` messages; zero when there are not so many (B1). */
export async function readAccumulator(
  l1: RpcReader,
  outbox: Address,
  count: number,
  at: BlockTag = "latest",
): Promise<Hash> {
  return callHex(l1, outbox, OUTBOX, "accAt", [count], at);
}

/** Root and count of an Outbox as its contract tells them, unproved. */
export async function readOutboxState(
  reader: RpcReader,
  outbox: Address,
  at: BlockTag = "latest",
): Promise<OutboxState> {
  const [root, count] = await Promise.all([
    callHex(reader, outbox, OUTBOX, "root", [], at),
    callUint(reader, outbox, OUTBOX, "count", [], at),
  ]);
  return { root, count: Number(count) };
}
