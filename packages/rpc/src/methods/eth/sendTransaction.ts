import { defineMethod } from "../../method.js";
import { callRequest } from "../../params/callRequest.js";
import { unknownAccount } from "../../pool/unknownAccount.js";

/** geth looks for the key before it looks at the transaction. */
export const ethSendTransaction = defineMethod("eth_sendTransaction", [callRequest], () => {
  throw unknownAccount();
});
