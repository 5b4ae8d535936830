import { defineMethod } from "../../method.js";

/** Decimal, unlike eth_chainId. */
export const netVersion = defineMethod("net_version", [], ({ reader }) => String(reader.chainId));
