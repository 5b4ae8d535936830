import { BlockFilter } from "../../filters/blockFilter.js";
import { defineMethod } from "../../method.js";

export const ethNewBlockFilter = defineMethod("eth_newBlockFilter", [], ({ filters, reader, scope }) =>
  filters.install(scope.client, new BlockFilter(reader.headNumber() + 1)),
);
