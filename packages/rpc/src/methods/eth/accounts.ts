import { defineMethod } from "../../method.js";

/** A node holds no user's keys. */
export const ethAccounts = defineMethod("eth_accounts", [], () => []);
