import type { ReplayPart } from "@causeway/chain/tracing/replayTracer";
import { z } from "zod";

const PARTS: readonly ReplayPart[] = ["trace", "stateDiff", "vmTrace"];

/** Which parts of Parity's answer to a replay are wanted. */
export const traceTypes: z.ZodType<ReadonlySet<ReplayPart>> = z
  .array(z.enum(PARTS, `want one of ${PARTS.join(", ")}`))
  .max(PARTS.length, `too many trace types (max ${PARTS.length})`)
  .transform((parts) => new Set(parts));
