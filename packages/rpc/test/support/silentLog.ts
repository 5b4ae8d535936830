import type { RpcLog } from "../../src/log.js";

export const SILENT_LOG: RpcLog = { debug: () => {}, info: () => {}, warn: () => {} };
