import { setImmediate } from "node:timers/promises";
import { decodeWithSender } from "@causeway/chain/codec/transaction";
import type { Transaction } from "@causeway/chain/types/transaction";
import type { Address } from "@causeway/protocol/hex";

/**
 * Transactions on their way to another thread: for each the length of its bytes (4 bytes, big-endian), its sender (20
 * bytes) and its EIP-2718 bytes. One buffer is copied at once, where clones of decoded transactions cost the
 * voting thread ten times as much; the serve thread has the time to decode.
 */
export type PackedTransactions = Uint8Array;

const LENGTH_BYTES = 4;
const SENDER_BYTES = 20;
const HEAD_BYTES = LENGTH_BYTES + SENDER_BYTES;
/** Longest time that unpacking holds the event loop, in milliseconds. */
const SLICE_MS_MAX = 10;

export function packTransactions(transactions: readonly Transaction[]): PackedTransactions {
  const size = transactions.reduce((sum, { raw }) => sum + HEAD_BYTES + raw.length, 0);
  const packed = Buffer.allocUnsafeSlow(size);
  let at = 0;
  for (const { raw, from } of transactions) {
    packed.writeUInt32BE(raw.length, at);
    packed.write(from.slice(2), at + LENGTH_BYTES, "hex");
    packed.set(raw, at + HEAD_BYTES);
    at += HEAD_BYTES + raw.length;
  }
  return packed;
}

/** In the order they were packed. */
export async function unpackTransactions(packed: PackedTransactions): Promise<Transaction[]> {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  const transactions: Transaction[] = [];
  let sliceStart = performance.now();
  for (let at = 0; at < bytes.length; ) {
    const start = at + HEAD_BYTES;
    const end = start + bytes.readUInt32BE(at);
    const from: Address = `0x${bytes.toString("hex", at + LENGTH_BYTES, start)}`;
    // A copy: a view would keep all the others in memory.
    transactions.push(decodeWithSender(new Uint8Array(bytes.subarray(start, end)), from));
    at = end;
    if (performance.now() - sliceStart < SLICE_MS_MAX) continue;
    await setImmediate();
    sliceStart = performance.now();
  }
  return transactions;
}
