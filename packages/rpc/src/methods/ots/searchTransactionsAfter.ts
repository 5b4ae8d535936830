import { defineMethod } from "../../method.js";
import { otsSearchPage } from "../../otterscan/otsSearch.js";
import { address } from "../../params/hex.js";
import { otsHeight, pageSize } from "../../params/otsNumbers.js";

/** From a height forwards; 0 is from genesis. The answer, too, has the newest first. */
export const otsSearchTransactionsAfter = defineMethod(
  "ots_searchTransactionsAfter",
  [address, otsHeight, pageSize],
  async (context, address, height, size) => {
    const { places, more } = await context.reader.appearances(address, height, "after", size);
    return otsSearchPage(context, [...places].reverse(), { firstPage: !more, lastPage: height === 0 });
  },
);
