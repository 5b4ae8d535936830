import { defineMethod } from "../../method.js";
import { blockRefOrLatest } from "../../params/blockRef.js";
import { callRequest, toCallRequest } from "../../params/callRequest.js";
import { traceTypes } from "../../params/traceTypes.js";
import { traceCalls } from "../../traces/traceCalls.js";

export const traceCall = defineMethod(
  "trace_call",
  [callRequest, traceTypes, blockRefOrLatest],
  async (context, given, parts, ref) => {
    const request = toCallRequest(given, context.reader.chainId);
    const [answer] = await traceCalls(context, [{ request, parts }], ref);
    return answer ?? null;
  },
);
