import { shownHeader } from "../../lookup/shownHeader.js";
import { defineMethod } from "../../method.js";
import { blockNumber } from "../../params/blockRef.js";

export const ethGetHeaderByNumber = defineMethod("eth_getHeaderByNumber", [blockNumber], shownHeader);
