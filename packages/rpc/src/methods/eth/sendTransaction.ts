import { defineMethod } from "../../method.js";
import { callRequest } from "../../params/callRequest.js";
import { unknownAccount } from "../../unknownAccount.js";

/** geth looks for the key before it looks at the transaction. */
export const ethSendTransaction = defineMethod("eth_sendTransaction", [callRequest], () => {
  throw unknownAccount();
});
