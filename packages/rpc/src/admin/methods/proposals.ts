import { quantity } from "../../format/quantity.js";
import { defineAdminMethod } from "../adminMethod.js";
import { openProposals } from "../openProposals.js";

/** What operators can vote on now, oldest first. Votes are transactions: no method casts one (V4). */
export const validatorProposals = defineAdminMethod("validator_proposals", [], async (context) =>
  (await openProposals(context)).map(({ id, expiresAtBlock, readyAt, ...proposal }) => ({
    id: quantity(id),
    ...proposal,
    expiresAtBlock: quantity(expiresAtBlock),
    readyAt: quantity(readyAt),
  })),
);
