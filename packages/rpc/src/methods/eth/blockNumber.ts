import { quantity } from "../../format/quantity.js";
import { defineMethod } from "../../method.js";

export const ethBlockNumber = defineMethod("eth_blockNumber", [], ({ reader }) =>
  quantity(reader.headNumber()),
);
