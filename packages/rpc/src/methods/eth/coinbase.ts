import { defineMethod } from "../../method.js";
import { serverError } from "../../rpcError.js";

export const ethCoinbase = defineMethod("eth_coinbase", [], ({ status }) => {
  if (status.coinbase === null) throw serverError("etherbase must be explicitly specified");
  return status.coinbase;
});
