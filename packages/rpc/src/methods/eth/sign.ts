import { defineMethod } from "../../method.js";
import { address, bytes } from "../../params/hex.js";
import { unknownAccount } from "../../pool/unknownAccount.js";

export const ethSign = defineMethod("eth_sign", [address, bytes], () => {
  throw unknownAccount();
});
