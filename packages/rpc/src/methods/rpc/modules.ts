import { defineMethod } from "../../method.js";

/** Namespaces served, with the version geth gives each. */
export const rpcModules = defineMethod("rpc_modules", [], () => ({
  causeway: "1.0",
  debug: "1.0",
  erigon: "1.0",
  eth: "1.0",
  net: "1.0",
  ots: "1.0",
  rpc: "1.0",
  trace: "1.0",
  txpool: "1.0",
  web3: "1.0",
}));
