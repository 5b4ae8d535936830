import { CallTracer } from "@causeway/chain/tracing/callTracer";
import { FlatCallTracer } from "@causeway/chain/tracing/flatCallTracer";
import { FourByteTracer } from "@causeway/chain/tracing/fourByteTracer";
import { MuxTracer } from "@causeway/chain/tracing/muxTracer";
import { NoopTracer } from "@causeway/chain/tracing/noopTracer";
import { PrestateTracer } from "@causeway/chain/tracing/prestateTracer";
import { StructLogTracer } from "@causeway/chain/tracing/structLogTracer";
import type { TraceBudget } from "@causeway/chain/tracing/traceBudget";
import type { Tracer } from "@causeway/chain/tracing/tracer";
import type { z } from "zod";
import { definedFields } from "../definedFields.js";
import {
  callTracerOptions,
  flatCallOptions,
  muxOptions,
  prestateOptions,
  structLogOptions,
  type TraceConfig,
} from "../params/traceConfig.js";
import { wordsFor } from "../params/wordsFor.js";
import { invalidParams, serverError } from "../rpcError.js";

const NAME_EXCERPT_CHARS = 40;
/** geth's that are in Go and not here; whatever else has no maker is JavaScript, or nothing. */
const NOT_HERE: readonly string[] = ["keccak256PreimageTracer", "erc7562Tracer"];

/** Makes a tracer of a transaction from the options its user gave. */
type Maker = (options: unknown, budget: TraceBudget) => Tracer;

const MAKERS: Readonly<Record<string, Maker>> = {
  callTracer: (options, budget) => new CallTracer(parsed(callTracerOptions, options), budget),
  flatCallTracer: (options, budget) => new FlatCallTracer(parsed(flatCallOptions, options), budget),
  prestateTracer: (options, budget) => new PrestateTracer(parsed(prestateOptions, options), budget),
  "4byteTracer": (_options, budget) => new FourByteTracer(budget),
  noopTracer: () => new NoopTracer(),
  muxTracer: (options, budget) => muxTracer(checked(muxOptions, options), budget),
};

/**
 * The tracer a request names; each transaction needs its own.
 * @throws RpcError -32000 for an unknown name, -32602 for options of the wrong form.
 */
export function tracerOf(config: TraceConfig, budget: TraceBudget): Tracer {
  const { tracer } = config;
  if (tracer == null || tracer === "") return new StructLogTracer(parsed(structLogOptions, config), budget);
  return namedTracer(tracer, config.tracerConfig, budget);
}

function namedTracer(name: string, options: unknown, budget: TraceBudget): Tracer {
  const maker = Object.hasOwn(MAKERS, name) ? MAKERS[name] : undefined;
  if (maker !== undefined) return maker(options ?? {}, budget);
  const excerpt = name.length <= NAME_EXCERPT_CHARS ? name : `${name.slice(0, NAME_EXCERPT_CHARS)}...`;
  const known = Object.keys(MAKERS).join(", ");
  const reason = NOT_HERE.includes(name)
    ? "it is not among those of this node"
    : "tracers in JavaScript are not supported";
  throw serverError(`tracer ${excerpt} not found: ${reason}; available: ${known}`);
}

/** One of each, with options or null: tracers of tracers of tracers would run as often as their user likes. */
function muxTracer(options: Readonly<Record<string, unknown>>, budget: TraceBudget): Tracer {
  if (Object.hasOwn(options, "muxTracer"))
    throw invalidParams("tracerConfig: a muxTracer cannot be nested in another");
  const tracers = Object.entries(options).map(
    ([name, given]) => [name, namedTracer(name, given, budget)] as const,
  );
  return new MuxTracer(new Map(tracers));
}

function parsed<T extends object>(schema: z.ZodType<T>, options: unknown) {
  return definedFields(checked(schema, options));
}

function checked<T extends object>(schema: z.ZodType<T>, options: unknown): T {
  const result = schema.safeParse(options, { error: wordsFor });
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw invalidParams(`tracerConfig: ${[...(issue?.path ?? []), issue?.message].map(String).join(": ")}`);
}
