import type { Common } from "@ethereumjs/common";
import { createTxFromRLP, type TypedTransaction } from "@ethereumjs/tx";
import { createAddressFromString } from "@ethereumjs/util";
import type { Transaction } from "../../types/transaction.js";

/** The library's object for a transaction whose sender is known: it must not recover it again. */
export function typedTransaction(transaction: Transaction, common: Common): TypedTransaction {
  const typed = createTxFromRLP(transaction.raw, { common, freeze: false });
  const sender = createAddressFromString(transaction.from);
  typed.getSenderAddress = () => sender;
  return typed;
}
