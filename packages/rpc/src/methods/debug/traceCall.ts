import { TraceBudget } from "@causeway/chain/tracing/traceBudget";
import { z } from "zod";
import { neverRan } from "../../calls/callFailure.js";
import { stateHeight } from "../../lookup/blockResolver.js";
import { defineMethod } from "../../method.js";
import { blockOverrides } from "../../params/blockOverrides.js";
import { blockRefOrLatest } from "../../params/blockRef.js";
import { callRequest, toCallRequest } from "../../params/callRequest.js";
import { stateOverrides } from "../../params/stateOverrides.js";
import { traceCallFields } from "../../params/traceConfig.js";
import { serverError } from "../../rpcError.js";
import { runTrace } from "../../traces/runTrace.js";
import { tracerOf } from "../../traces/tracers.js";

const traceCallConfig = z
  .object({
    ...traceCallFields,
    stateOverrides: stateOverrides.nullish(),
    blockOverrides: blockOverrides.nullish(),
  })
  .default({});

/** With `txIndex` on the state that transaction of the block found, else on what the block left. */
export const debugTraceCall = defineMethod(
  "debug_traceCall",
  [callRequest, blockRefOrLatest, traceCallConfig],
  async (context, given, ref, config) => {
    if (ref === "pending") throw serverError("tracing on top of pending is not supported");
    const { reader, limits } = context;
    const tracer = tracerOf(config, new TraceBudget(limits.responseBytesMax));
    const request = toCallRequest(given, reader.chainId);
    const place = { number: await stateHeight(context, ref), before: config.txIndex ?? undefined };
    const { stateOverrides: state, blockOverrides: block } = config;
    const call = { request, tracer, state: state ?? undefined, block: block ?? undefined };
    const [result] = await runTrace(context, "steps", config.timeout, (limits) =>
      reader.traces.calls([call], place, limits),
    );
    if (result !== undefined && neverRan(result)) throw serverError(`tracing failed: ${result.error}`);
    return tracer.result();
  },
);
