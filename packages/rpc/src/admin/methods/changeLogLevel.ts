import { z } from "zod";
import { defineAdminMethod } from "../adminMethod.js";
import { LOG_LEVELS } from "../logLevel.js";

const level = z
  .string("want a string")
  .transform((text) => text.toLowerCase())
  .pipe(z.enum(LOG_LEVELS, `want one of ${LOG_LEVELS.join(", ")}`));

/** From now on and until the node stops; the config's logLevel is for longer. As besu's. */
export const adminChangeLogLevel = defineAdminMethod("admin_changeLogLevel", [level], ({ admin }, wanted) => {
  admin.setLogLevel(wanted);
  return "Success";
});
