import { endOfString } from "./jsonString.js";

const NUMBER = /[-+.0-9eE]+/y;
const SPACE = /[ \t\r\n]*/y;

/**
 * Numeric ids as the messages of a request write them. JSON has numbers that JavaScript has not, such as counters of 64
 * bits, and clients look for the id they sent.
 */
export class NumericIds {
  readonly #text: string;
  #found: ReadonlyMap<number, string> | null = null;

  /** @param text valid JSON, one message or a batch. */
  constructor(text: string) {
    this.#text = text;
  }

  /** The id of the message at `place` in the batch, or of the only one at 0; undefined when it is no number. */
  at(place: number): string | undefined {
    this.#found ??= numericIds(this.#text);
    return this.#found.get(place);
  }
}

function numericIds(text: string): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  const messageDepth = text.trimStart().startsWith("[") ? 2 : 1;
  let depth = 0;
  let place = 0;
  let string = "";
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '"') {
      const end = endOfString(text, i + 1);
      if (depth === messageDepth) string = text.slice(i, end + 1);
      i = end;
    } else if (char === "{" || char === "[") depth++;
    else if (char === "}" || char === "]") depth--;
    else if (char === "," && depth < messageDepth) place++;
    // Of two members of one name the later counts, as it does for the parser.
    else if (char === ":" && depth === messageDepth && JSON.parse(string) === "id") {
      const id = numberAt(text, i + 1);
      if (id === null) found.delete(place);
      else found.set(place, id);
    }
  }
  return found;
}

function numberAt(text: string, start: number): string | null {
  SPACE.lastIndex = start;
  SPACE.exec(text);
  NUMBER.lastIndex = SPACE.lastIndex;
  return NUMBER.exec(text)?.[0] ?? null;
}
