import { transactionObject } from "../../lookup/findTransaction.js";
import { defineMethod } from "../../method.js";
import { hash } from "../../params/hex.js";

/** From the chain, else from the pool. */
export const ethGetTransactionByHash = defineMethod("eth_getTransactionByHash", [hash], transactionObject);
