import { CausewayError } from "@causeway/protocol/errors";

/** A request that gets a 4xx answer `{error: {code, message}}`. */
export type RequestError = CausewayError<
  | { code: "bad_parameter"; parameter: string }
  | { code: "not_found" }
  | { code: "cursor_expired"; fromCursor: string; fromBlock: number | null }
>;

export function badParameter(parameter: string, value: unknown, rule: string): RequestError {
  const shown = String(value).slice(0, 80);
  return new CausewayError({ code: "bad_parameter", parameter }, `${parameter}: ${shown} ${rule}`);
}

export function notFound(what: string): RequestError {
  return new CausewayError({ code: "not_found" }, what);
}

export const HTTP_STATUS: Readonly<Record<string, number>> = {
  bad_parameter: 400,
  not_found: 404,
  cursor_expired: 410,
};
