import { CausewayError } from "@causeway/protocol/errors";
import type { RpcContext } from "./context.js";
import type { Json } from "./json.js";
import type { RpcLimits } from "./limits.js";
import type { RpcLog } from "./log.js";
import type { Method } from "./method.js";
import { RPC_CODE, RpcError, serverError } from "./rpcError.js";

/** Told of every finished call, for metrics. `method` is a known name or "unknown", so that labels stay bounded. */
export type ObserveCall = (method: string, outcome: "success" | "failure", seconds: number) => void;

/** A single message as JSON-RPC 2.0 sorts it. */
type Message =
  | { readonly kind: "call"; readonly id: Id; readonly method: string; readonly params: unknown }
  | { readonly kind: "notification"; readonly method: string; readonly params: unknown }
  | { readonly kind: "invalid"; readonly id: Id };
type Id = string | number | null;

/** Turns the text of a request into the text of its answer; whatever comes in, what goes out is JSON-RPC. */
export class Dispatcher {
  constructor(
    private readonly methods: ReadonlyMap<string, Method>,
    private readonly limits: RpcLimits,
    private readonly log: RpcLog,
    private readonly observe: ObserveCall,
  ) {}

  /**
   * @param signal aborted when nobody waits for the answer any more: calls not begun are dropped.
   * @returns null when there is nothing to answer (notifications).
   */
  async handle(text: string, context: RpcContext, signal: AbortSignal): Promise<string | null> {
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch {
      return failure(null, new RpcError(RPC_CODE.parse, "parse error"));
    }
    const budget = {
      bytes: this.limits.responseBytesMax,
      endsAt: performance.now() + this.limits.requestMsMax,
    };
    return Array.isArray(parsed)
      ? this.batch(parsed, context, budget, signal)
      : this.single(parsed, context, budget);
  }

  /** One after the other, as geth does: a batch is no way around the bounds on calls. */
  private async batch(
    items: readonly unknown[],
    context: RpcContext,
    budget: Budget,
    signal: AbortSignal,
  ): Promise<string | null> {
    if (items.length === 0) return failure(null, new RpcError(RPC_CODE.invalidRequest, "empty batch"));
    if (items.length > this.limits.batchItemsMax) {
      const first = items.map(messageOf).find(({ kind }) => kind === "call");
      const error = new RpcError(
        RPC_CODE.invalidRequest,
        `batch too large: ${items.length} calls, the limit is ${this.limits.batchItemsMax}`,
      );
      return `[${failure(first?.kind === "call" ? first.id : null, error)}]`;
    }
    const answers: string[] = [];
    for (const item of items) {
      if (signal.aborted) return null;
      const answer = await this.single(item, context, budget);
      if (answer !== null) answers.push(answer);
    }
    return answers.length === 0 ? null : `[${answers.join(",")}]`;
  }

  private async single(item: unknown, context: RpcContext, budget: Budget): Promise<string | null> {
    const message = messageOf(item);
    if (message.kind === "invalid") {
      return failure(message.id, new RpcError(RPC_CODE.invalidRequest, "invalid request"));
    }
    const id = message.kind === "call" ? message.id : null;
    const answer = await this.call(message.method, message.params, id, context, budget);
    return message.kind === "call" ? answer : null;
  }

  private async call(
    name: string,
    params: unknown,
    id: Id,
    context: RpcContext,
    budget: Budget,
  ): Promise<string> {
    const method = this.methods.get(name);
    const startedAt = performance.now();
    const finish = (outcome: "success" | "failure") =>
      this.observe(method?.name ?? "unknown", outcome, (performance.now() - startedAt) / 1000);
    try {
      if (budget.bytes <= 0) throw new RpcError(RPC_CODE.responseTooLarge, "response too large");
      if (startedAt > budget.endsAt) throw new RpcError(RPC_CODE.timeout, "request timed out");
      if (method === undefined) {
        throw new RpcError(
          RPC_CODE.methodNotFound,
          `the method ${excerpt(name)} does not exist/is not available`,
        );
      }
      const answer = success(id, await method.call(context, params));
      budget.bytes -= answer.length;
      if (budget.bytes < 0)
        throw new RpcError(
          RPC_CODE.responseTooLarge,
          `response too large: over ${this.limits.responseBytesMax} bytes`,
        );
      finish("success");
      return answer;
    } catch (error) {
      finish("failure");
      return failure(id, this.toRpcError(error, name));
    }
  }

  private toRpcError(error: unknown, method: string): RpcError {
    if (error instanceof RpcError) return error;
    // Codes of the ports (a rejected transaction, a pruned state) have no number in JSON-RPC; their message is geth's.
    if (error instanceof CausewayError) return serverError(error.message);
    this.log.warn(
      { method, error: error instanceof Error ? error.stack : String(error) },
      "rpc method failed",
    );
    return new RpcError(RPC_CODE.internal, "internal error");
  }
}

/** What one request, batch or not, may still use. */
interface Budget {
  /** Characters of the answer. */
  bytes: number;
  /** On performance.now(), milliseconds. */
  readonly endsAt: number;
}

const METHOD_EXCERPT_CHARS = 80;

function excerpt(name: string): string {
  return name.length <= METHOD_EXCERPT_CHARS ? name : `${name.slice(0, METHOD_EXCERPT_CHARS)}...`;
}

function messageOf(item: unknown): Message {
  if (typeof item !== "object" || item === null) return { kind: "invalid", id: null };
  const { jsonrpc, id, method, params } = item as Record<string, unknown>;
  const validId = typeof id === "string" || typeof id === "number" || id === null;
  if (jsonrpc !== "2.0" || typeof method !== "string" || method === "" || (id !== undefined && !validId)) {
    return { kind: "invalid", id: validId ? id : null };
  }
  return validId ? { kind: "call", id, method, params } : { kind: "notification", method, params };
}

function success(id: Id, result: Json): string {
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${JSON.stringify(result)}}`;
}

function failure(id: Id, { code, message, data }: RpcError): string {
  return JSON.stringify({ jsonrpc: "2.0", id, error: { code, message, data } });
}
