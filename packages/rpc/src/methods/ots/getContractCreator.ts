import { defineMethod } from "../../method.js";
import { address } from "../../params/hex.js";

/** The transaction that made a contract, and who asked for it; null for what is no contract or stood in genesis. */
export const otsGetContractCreator = defineMethod(
  "ots_getContractCreator",
  [address],
  async ({ reader }, address) => {
    if ((await reader.code(address, reader.headNumber())) === "0x") return null;
    const creation = await reader.creation(address);
    if (creation === null) return null;
    const block = await reader.block(creation.number);
    return { hash: block?.transactions[creation.index]?.hash ?? null, creator: creation.creator };
  },
);
