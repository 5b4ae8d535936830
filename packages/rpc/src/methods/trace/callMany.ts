import { z } from "zod";
import { defineMethod } from "../../method.js";
import { blockRefOrLatest } from "../../params/blockRef.js";
import { callRequest, toCallRequest } from "../../params/callRequest.js";
import { traceTypes } from "../../params/traceTypes.js";
import { traceCalls } from "../../traces/traceCalls.js";

const CALLS_MAX = 1_000;

export const traceCallMany = defineMethod(
  "trace_callMany",
  [
    z.array(z.tuple([callRequest, traceTypes])).max(CALLS_MAX, `too many calls (max ${CALLS_MAX})`),
    blockRefOrLatest,
  ],
  (context, given, ref) => {
    const calls = given.map(([call, parts]) => ({
      request: toCallRequest(call, context.reader.chainId),
      parts,
    }));
    return traceCalls(context, calls, ref);
  },
);
