import { mutationNamed } from "./mutations.js";
import { MUTATION_VARIABLE } from "./mutationVariable.js";
import { registerEdits } from "./registerEdits.js";

// Loaded by `node --import` before everything else: production code knows nothing of mutations.
registerEdits(mutationNamed(process.env[MUTATION_VARIABLE] ?? "").edits);
