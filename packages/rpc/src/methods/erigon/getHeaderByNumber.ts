import { shownHeader } from "../../lookup/shownHeader.js";
import { defineMethod } from "../../method.js";
import { otsBlock } from "../../params/otsNumbers.js";

/** Otterscan asks for it at its start. */
export const erigonGetHeaderByNumber = defineMethod("erigon_getHeaderByNumber", [otsBlock], shownHeader);
