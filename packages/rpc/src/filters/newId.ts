import { randomBytes } from "node:crypto";
import type { Hex } from "@causeway/protocol/hex";
import { quantity } from "../format/quantity.js";

const ID_BYTES = 16;

/** Id of a filter or subscription: nobody guesses it, and as a quantity it has no leading zeros (execution-apis). */
export function newId(): Hex {
  return quantity(BigInt(`0x${randomBytes(ID_BYTES).toString("hex")}`));
}
