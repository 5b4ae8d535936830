import { defineMethod } from "../../method.js";

/** Nothing is mined: validators agree. */
export const ethMining = defineMethod("eth_mining", [], () => false);
