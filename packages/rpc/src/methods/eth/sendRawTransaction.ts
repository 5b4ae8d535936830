import { defineMethod } from "../../method.js";
import { bytes } from "../../params/hex.js";
import { submitRaw } from "../../pool/submitRaw.js";

export const ethSendRawTransaction = defineMethod("eth_sendRawTransaction", [bytes], submitRaw);
