import { defineMethod } from "../../method.js";
import { otsSearchPage } from "../../otterscan/otsSearch.js";
import { address } from "../../params/hex.js";
import { otsHeight, pageSize } from "../../params/otsNumbers.js";

/** From a height backwards; 0 is from the head. */
export const otsSearchTransactionsBefore = defineMethod(
  "ots_searchTransactionsBefore",
  [address, otsHeight, pageSize],
  async (context, address, height, size) => {
    const { reader } = context;
    const from = height === 0 ? reader.headNumber() + 1 : height;
    const { places, more } = await reader.appearances(address, from, "before", size);
    return otsSearchPage(context, places, { firstPage: height === 0, lastPage: !more });
  },
);
