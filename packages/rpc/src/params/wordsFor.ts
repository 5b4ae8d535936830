import type { z } from "zod";

const KINDS: Readonly<Record<string, string>> = {
  ...{ object: "an object", record: "an object", array: "a list", string: "a string" },
  ...{ boolean: "a boolean", int: "an integer", number: "a number", null: "null" },
};

/** What is wrong with a value, for people, where its schema has no words of its own. */
export function wordsFor(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `want ${KINDS[issue.expected] ?? issue.expected}`;
    case "too_small":
      return `want at least ${issue.minimum}`;
    case "too_big":
      return `want at most ${issue.maximum}`;
    case "invalid_union":
      return "want an integer or a quantity in hex";
    default:
      return "invalid";
  }
}
