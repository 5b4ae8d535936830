import { z } from "zod";
import { defineAdminMethod } from "../adminMethod.js";
import type { LogLevel } from "../logLevel.js";

/** By geth's numbers. */
const LEVELS = ["silent", "error", "warn", "info", "debug", "trace"] as const satisfies readonly LogLevel[];
const verbosity = z
  .number("want a number")
  .int("want a whole number")
  .min(0, "want 0 to 5")
  .max(LEVELS.length - 1, "want 0 to 5");

/** admin_changeLogLevel under geth's name. */
export const debugVerbosity = defineAdminMethod("debug_verbosity", [verbosity], ({ admin }, number) => {
  admin.setLogLevel(LEVELS[number] as LogLevel);
  return null;
});
