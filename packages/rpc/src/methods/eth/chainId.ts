import { quantity } from "../../format/quantity.js";
import { defineMethod } from "../../method.js";

export const ethChainId = defineMethod("eth_chainId", [], ({ reader }) => quantity(reader.chainId));
