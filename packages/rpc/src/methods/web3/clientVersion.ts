import { defineMethod } from "../../method.js";

export const web3ClientVersion = defineMethod("web3_clientVersion", [], ({ status }) => status.clientVersion);
