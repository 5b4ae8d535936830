import { firstDifference } from "./firstDifference.js";
import type { RpcFixture } from "./parseFixture.js";
import type { ResultSchemas } from "./resultSchemas.js";

interface Answer {
  readonly result?: unknown;
  readonly error?: unknown;
}

/** Longest value shown of a difference. */
const EXCERPT_CHARS = 160;

/** Send a fixture's requests to the server. @returns the first fault with its JSON path, or null. */
export async function runFixture(
  fixture: RpcFixture,
  url: string,
  schemas: ResultSchemas,
): Promise<string | null> {
  for (const { request, response } of fixture.exchanges) {
    const want = JSON.parse(response) as Answer;
    const answer = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: request,
    });
    const have = (await answer.json()) as Answer;
    const { method } = JSON.parse(request) as { method: string };
    const fault = fixture.specOnly ? specFault(method, want, have, schemas) : exactFault(want, have);
    if (fault !== null) return fault;
  }
  return null;
}

function exactFault(want: Answer, have: Answer): string | null {
  const difference = firstDifference(want, have);
  if (difference === null) return null;
  // Where one is an error and the other a result, the error says why.
  const why = have.error !== undefined && want.error === undefined ? ` (${excerpt(have.error)})` : "";
  return `${difference.path}: want ${excerpt(difference.want)}, have ${excerpt(difference.have)}${why}`;
}

function specFault(method: string, want: Answer, have: Answer, schemas: ResultSchemas): string | null {
  if (want.error !== undefined)
    return have.error === undefined ? "$.error: want an error, have a result" : null;
  if (have.error !== undefined) return `$.error: want a result, have ${excerpt(have.error)}`;
  return schemas.fault(method, have.result);
}

function excerpt(value: unknown): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return text.length <= EXCERPT_CHARS ? text : `${text.slice(0, EXCERPT_CHARS)}…`;
}
