import { z } from "zod";
import { defineMethod } from "../../method.js";
import { hash, safeInteger } from "../../params/hex.js";
import { transactionTraces } from "../../traces/parityTraces.js";

/** EVM frames are no deeper. */
const DEPTH_MAX = 1_025;

const traceAddress = z
  .array(z.union([safeInteger, z.int().nonnegative()]))
  .max(DEPTH_MAX, `trace address too long (max ${DEPTH_MAX})`);

/** The frame at a trace address; null where there is none. */
export const traceGet = defineMethod("trace_get", [hash, traceAddress], async (context, hash, address) => {
  const traces = await transactionTraces(context, hash);
  const wanted = address.join();
  return traces?.find(({ traceAddress }) => String(traceAddress) === wanted) ?? null;
});
