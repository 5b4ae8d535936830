import { quantity } from "../../format/quantity.js";
import { defineMethod } from "../../method.js";

/** Base fee of the next block. */
export const ethBaseFee = defineMethod("eth_baseFee", [], ({ reader }) => quantity(reader.nextBaseFee()));
