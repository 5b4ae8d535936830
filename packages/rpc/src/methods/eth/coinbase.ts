import { defineMethod } from "../../method.js";
import { serverError } from "../../rpcError.js";

export const ethCoinbase = defineMethod("eth_coinbase", [], async ({ status }) => {
  const coinbase = await status.coinbase();
  if (coinbase === null) throw serverError("etherbase must be explicitly specified");
  return coinbase;
});
