import { defineMethod } from "../../method.js";
import { hash } from "../../params/hex.js";
import { transactionTraces } from "../../traces/parityTraces.js";

export const traceTransaction = defineMethod("trace_transaction", [hash], transactionTraces);
