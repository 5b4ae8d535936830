import { defineMethod } from "../../method.js";

/** Stored evidence against validators (F2, F3), newest last. It changes nothing by itself. */
export const causewayGetEvidence = defineMethod("causeway_getEvidence", [], ({ status }) =>
  status.evidence(),
);
