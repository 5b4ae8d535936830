import type { FlatTrace } from "@causeway/chain/tracing/flatTraces";
import type { TraceFilter } from "../params/traceFilter.js";

/** Whether trace_filter selects a trace: by who sent and who received, each in whatever member says so. */
export function matchTrace(
  { action, result }: FlatTrace,
  { fromAddress, toAddress, union }: TraceFilter,
): boolean {
  const { from, to, address, refundAddress, author } = fields(action);
  const created = fields(result).address;
  const sent = holds(fromAddress, [from, address]);
  const received = holds(toAddress, [to, created, refundAddress, author]);
  if (fromAddress.size === 0) return toAddress.size === 0 || received;
  if (toAddress.size === 0) return sent;
  return union ? sent || received : sent && received;
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function holds(wanted: ReadonlySet<string>, found: readonly unknown[]): boolean {
  return found.some((value) => typeof value === "string" && wanted.has(value));
}
