import { z } from "zod";
import { safeInteger } from "./hex.js";

/** What a duration in Go's notation is made of, in milliseconds. */
const UNIT_MS: Readonly<Record<string, number>> = {
  ...{ h: 3_600_000, m: 60_000, s: 1_000 },
  ...{ ms: 1, us: 1e-3, µs: 1e-3, μs: 1e-3, ns: 1e-6 },
};
const UNITS = Object.keys(UNIT_MS)
  .sort((a, b) => b.length - a.length)
  .join("|");
const DURATION = new RegExp(`^(\\d+(\\.\\d+)?(${UNITS}))+$`);
const PART = new RegExp(`([\\d.]+)(${UNITS})`, "g");
const DURATION_CHARS_MAX = 32;

/** geth's `timeout`, e.g. "10s", in milliseconds. */
const duration = z
  .string("want a duration")
  .max(DURATION_CHARS_MAX, "duration too long")
  .regex(DURATION, "want a duration like 10s")
  .transform((text) =>
    [...text.matchAll(PART)].reduce(
      (sum, [, count, unit]) => sum + Number(count) * (UNIT_MS[unit ?? ""] ?? 0),
      0,
    ),
  );

const flag = z.boolean("want a boolean").nullish();
const optionFields = {
  enableMemory: flag,
  disableStack: flag,
  disableStorage: flag,
  enableReturnData: flag,
  limit: z.int("want an integer").nonnegative().nullish(),
};

export const structLogOptions = z.object(optionFields);
export const callTracerOptions = z.object({ onlyTopCall: flag, withLog: flag });
export const flatCallOptions = z.object({ convertParityErrors: flag, includePrecompiles: flag });
export const prestateOptions = z
  .object({ diffMode: flag, disableCode: flag, disableStorage: flag, includeEmpty: flag })
  .refine(
    ({ diffMode, includeEmpty }) => !(diffMode === true && includeEmpty === true),
    "cannot use diffMode with includeEmpty",
  );
export const muxOptions = z.record(z.string(), z.unknown());

const traceConfigFields = {
  ...optionFields,
  /** null and none is the struct logger. */
  tracer: z.string("want the name of a tracer").nullish(),
  tracerConfig: z
    .unknown()
    .meta({ title: "options of the tracer", type: ["object", "null"] })
    .optional(),
  timeout: duration.nullish(),
  /** Blocks to run again for a state that is not here: this node never does. */
  reexec: z
    .unknown()
    .meta({ title: "ignored", type: ["integer", "string", "null"] })
    .optional(),
};

/** geth's TraceConfig. */
export const traceConfig = z.object(traceConfigFields).default({});

export type TraceConfig = z.output<typeof traceConfig>;

/** Position of a transaction; a number or, as in geth, a quantity. */
const position = z.union([safeInteger, z.int().nonnegative()]);

/** What geth's TraceCallConfig has besides; the overrides are parsed like eth_call's. */
export const traceCallFields = { ...traceConfigFields, txIndex: position.nullish() };
