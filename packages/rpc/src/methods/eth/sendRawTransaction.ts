import { fromHex } from "@causeway/protocol/hex";
import { defineMethod } from "../../method.js";
import { bytes } from "../../params/hex.js";
import { serverError } from "../../rpcError.js";

/** A stopped node stays readable but takes no transactions (F2). */
export const ethSendRawTransaction = defineMethod(
  "eth_sendRawTransaction",
  [bytes],
  async ({ pool, status }, raw) => {
    const halted = await status.halted();
    if (halted !== null) throw serverError(`this node has stopped and takes no transactions: ${halted}`);
    return pool.add(fromHex(raw));
  },
);
