import type { VoteDomain } from "@causeway/protocol/voteDomain";
import type { Json } from "@causeway/rpc/json";
import { evidenceJson, VOTE_TYPES } from "../evidence/evidenceJson.js";
import type { EvidenceStore } from "../evidence/evidenceStore.js";
import type { SafetyStop } from "../evidence/safetyStop.js";

/** One page of the evidence against single validators, and all about safety stops, as RPC serves it (F2, F3). */
export function servedEvidence(
  store: Pick<EvidenceStore, "all">,
  safetyStop: SafetyStop,
  domain: VoteDomain,
  page: { readonly from: number; readonly count: number },
): Json {
  const { from, count } = page;
  const { all } = store;
  const evidence = all.slice(from, from + count).map((one) => evidenceJson(one, domain));
  const next = from + evidence.length;
  return toJson({
    total: all.length,
    next: next < all.length && evidence.length > 0 ? next : null,
    types: VOTE_TYPES,
    evidence,
    safetyStop: safetyStop.inForce,
    safetyStopId: safetyStop.id,
    resumedStops: safetyStop.resumed,
    retiredConflict: safetyStop.retired,
  });
}

function toJson(value: object): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}
