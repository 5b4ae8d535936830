import type { TraceJson, Tracer } from "./tracer.js";

/** geth's noopTracer: shows that a transaction can be run again. */
export class NoopTracer implements Tracer {
  result(): TraceJson {
    return {};
  }
}
