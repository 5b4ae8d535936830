import { defineMethod } from "../../method.js";

/** The newest of Otterscan's levels. */
const API_LEVEL = 8;

export const otsGetApiLevel = defineMethod("ots_getApiLevel", [], () => API_LEVEL);
