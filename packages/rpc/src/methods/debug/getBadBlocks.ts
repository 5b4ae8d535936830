import { defineMethod } from "../../method.js";

/** None: a block that breaks a rule is refused and not kept. */
export const debugGetBadBlocks = defineMethod("debug_getBadBlocks", [], () => []);
