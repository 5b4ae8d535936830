import { quantity } from "../../format/quantity.js";
import { defineMethod } from "../../method.js";

export const ethHashrate = defineMethod("eth_hashrate", [], () => quantity(0));
