import type { Logger } from "../../src/ports/logger.js";

export const silentLog: Logger = { debug() {}, info() {}, warn() {}, error() {} };
