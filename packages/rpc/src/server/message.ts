import type { NumericIds } from "./numericIds.js";

/** JSON text of an id, which goes back as it came. */
export type IdText = string;

type Id = string | number | boolean | null;

/** What answers a message without a usable id. */
export const NO_ID: IdText = "null";

/** A single message as JSON-RPC 2.0 sorts it. */
export type Message =
  | { readonly kind: "call"; readonly id: IdText; readonly method: string; readonly params: unknown }
  | { readonly kind: "notification"; readonly method: string; readonly params: unknown }
  | { readonly kind: "invalid"; readonly id: IdText };

/** @param item what the parser made of the message at `place` in its batch, 0 for one alone. */
export function messageOf(item: unknown, place: number, ids: NumericIds): Message {
  if (typeof item !== "object" || item === null) return { kind: "invalid", id: NO_ID };
  const { jsonrpc, id: given, method, params } = item as Record<string, unknown>;
  const validId = isId(given);
  const id = validId ? idText(given, place, ids) : NO_ID;
  if (jsonrpc !== "2.0" || typeof method !== "string" || method === "" || (given !== undefined && !validId)) {
    return { kind: "invalid", id };
  }
  return validId ? { kind: "call", id, method, params } : { kind: "notification", method, params };
}

/** As in geth whatever is no object or array, which is more than the protocol allows. */
function isId(given: unknown): given is Id {
  return given === null || ["string", "number", "boolean"].includes(typeof given);
}

function idText(id: Id, place: number, ids: NumericIds): IdText {
  const exact = typeof id !== "number" || Number.isSafeInteger(id) ? undefined : ids.at(place);
  return exact ?? JSON.stringify(id);
}
