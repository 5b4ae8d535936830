import { defineMethod } from "../../method.js";

export const ethNewBlockFilter = defineMethod("eth_newBlockFilter", [], ({ filters, reader, scope }) =>
  filters.install(scope.client, { kind: "blocks", nextBlock: reader.headNumber() + 1 }),
);
