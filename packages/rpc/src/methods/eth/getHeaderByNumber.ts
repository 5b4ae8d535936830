import { defineMethod } from "../../method.js";
import { blockNumber } from "../../params/blockRef.js";
import { shownHeader } from "../../shownHeader.js";

export const ethGetHeaderByNumber = defineMethod("eth_getHeaderByNumber", [blockNumber], shownHeader);
