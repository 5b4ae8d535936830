import { defineMethod } from "../../method.js";

/**
 * The height being decided: its round, what this node waits for, and which votes of which validators it holds. What a
 * stalled chain is asked first: who is away, and who is in another round.
 */
export const causewayGetRounds = defineMethod("causeway_getRounds", [], ({ status }) => status.rounds());
