import { defineMethod } from "../../method.js";

export const ethNewBlockFilter = defineMethod("eth_newBlockFilter", [], ({ filters, reader }) =>
  filters.install({ kind: "blocks", nextBlock: reader.headNumber() + 1 }),
);
