import { z } from "zod";

const CHARS_MAX = 512;

/** A name or address. */
export const boundedText = z
  .string("want a string")
  .min(1, "is empty")
  .max(CHARS_MAX, `over ${CHARS_MAX} characters`);
