import { findHeader } from "../../blockResolver.js";
import { formatHeader } from "../../format/header.js";
import { defineMethod } from "../../method.js";
import { otsBlock } from "../../params/otsNumbers.js";

/** Otterscan asks for it at its start. */
export const erigonGetHeaderByNumber = defineMethod(
  "erigon_getHeaderByNumber",
  [otsBlock],
  async (context, ref) => {
    const header = await findHeader(context, ref);
    return header === null ? null : formatHeader(header);
  },
);
