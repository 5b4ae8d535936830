import { defineAdminMethod } from "../adminMethod.js";

/** The consensus keys this node holds, and whether each may sign now. */
export const validatorKeys = defineAdminMethod("validator_keys", [], ({ admin }) => admin.keys());
