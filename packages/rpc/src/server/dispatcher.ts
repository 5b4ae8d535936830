import { CausewayError } from "@causeway/protocol/errors";
import type { RequestContext, RpcServices } from "../context.js";
import type { Json } from "../json.js";
import { limitText } from "../limitFlags.js";
import type { RpcLimits } from "../limits.js";
import type { RpcLog } from "../log.js";
import type { Method } from "../method.js";
import { RPC_CODE, RpcError, serverError } from "../rpcError.js";
import type { Subscriber } from "../ws/subscriber.js";
import { isNestedDeeper } from "./jsonDepth.js";
import { type IdText, type Message, messageOf, NO_ID } from "./message.js";
import { NumericIds } from "./numericIds.js";
import { RequestScope } from "./requestScope.js";
import { responseTooLarge } from "./responseTooLarge.js";
import { Turns } from "./turns.js";

/** Told of every finished call, for metrics. `method` is a known name or "unknown", so that labels stay bounded. */
export type ObserveCall = (method: string, outcome: "success" | "failure", seconds: number) => void;

/** Objects and arrays within each other that a request may have; no method takes more than a few. */
const JSON_DEPTH_MAX = 256;

/**
 * Turns the text of a request into the text of its answer; whatever comes in, what goes out is JSON-RPC.
 * @typeParam Services what the methods of this server use besides the request.
 */
export class Dispatcher<Services extends { readonly limits: RpcLimits } = RpcServices> {
  private readonly turns = new Turns();

  constructor(
    private readonly methods: ReadonlyMap<string, Method<Services & RequestContext>>,
    private readonly services: Services,
    private readonly log: RpcLog,
    private readonly observe: ObserveCall,
  ) {}

  /**
   * @param subscriber the connection that notifications go to; null over HTTP.
   * @param signal aborted when nobody waits for the answer any more.
   * @param client whom it counts for where clients take turns; anything that tells them apart.
   * @returns null when there is nothing to answer (notifications), or nobody to answer to.
   */
  async handle(
    text: string,
    subscriber: Subscriber | null,
    signal: AbortSignal,
    client: unknown = signal,
  ): Promise<string | null> {
    const scope = new RequestScope(this.limits, signal, this.turns, client);
    // To read a request of megabytes takes long, too.
    await scope.turn();
    if (signal.aborted) return null;
    if (isNestedDeeper(text, JSON_DEPTH_MAX)) {
      return failure(
        NO_ID,
        new RpcError(RPC_CODE.parse, `parse error: nested deeper than ${JSON_DEPTH_MAX}`),
      );
    }
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch {
      return failure(NO_ID, new RpcError(RPC_CODE.parse, "parse error"));
    }
    const context = { ...this.services, scope, subscriber };
    const ids = new NumericIds(text);
    return Array.isArray(parsed)
      ? this.batch(parsed, ids, context)
      : this.single(messageOf(parsed, 0, ids), context);
  }

  private get limits(): RpcLimits {
    return this.services.limits;
  }

  /** One after the other, as geth does: a batch is no way around the bounds on calls. */
  private async batch(
    items: readonly unknown[],
    ids: NumericIds,
    context: Services & RequestContext,
  ): Promise<string | null> {
    if (items.length === 0) return failure(NO_ID, new RpcError(RPC_CODE.invalidRequest, "empty batch"));
    if (items.length > this.limits.batchItemsMax) return this.batchTooLarge(items, ids);
    const answers: string[] = [];
    for (const [place, item] of items.entries()) {
      const answer = await this.single(messageOf(item, place, ids), context);
      if (answer !== null) answers.push(answer);
    }
    return answers.length === 0 ? null : `[${answers.join(",")}]`;
  }

  /** One error for the whole batch, under the id of its first call: as much as the protocol allows. */
  private batchTooLarge(items: readonly unknown[], ids: NumericIds): string {
    const first = items
      .map((item, place) => messageOf(item, place, ids))
      .find((message) => message.kind === "call");
    const message = `batch too large: ${items.length} calls, ${limitText(this.limits, "batchItemsMax")}`;
    return `[${failure(first?.id ?? NO_ID, new RpcError(RPC_CODE.invalidRequest, message))}]`;
  }

  private async single(message: Message, context: Services & RequestContext): Promise<string | null> {
    if (message.kind === "invalid") {
      return failure(message.id, new RpcError(RPC_CODE.invalidRequest, "invalid request"));
    }
    const id = message.kind === "call" ? message.id : NO_ID;
    const answer = await this.call(message.method, message.params, id, context);
    return message.kind === "call" ? answer : null;
  }

  private async call(
    name: string,
    params: unknown,
    id: IdText,
    context: Services & RequestContext,
  ): Promise<string> {
    const method = this.methods.get(name);
    const { answerBytes } = context.scope;
    const startedAt = performance.now();
    const finish = (outcome: "success" | "failure") =>
      this.observe(method?.name ?? "unknown", outcome, (performance.now() - startedAt) / 1000);
    try {
      answerBytes.begin(AROUND_RESULT_BYTES + Buffer.byteLength(id));
      await context.scope.step();
      if (method === undefined) {
        throw new RpcError(
          RPC_CODE.methodNotFound,
          `the method ${excerpt(name)} does not exist/is not available`,
        );
      }
      const answer = success(id, await method.call(context, params), this.limits);
      answerBytes.take(Buffer.byteLength(answer));
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

const METHOD_EXCERPT_CHARS = 80;

function excerpt(name: string): string {
  return name.length <= METHOD_EXCERPT_CHARS ? name : `${name.slice(0, METHOD_EXCERPT_CHARS)}...`;
}

/** Of an answer besides its id. */
const AROUND_RESULT_BYTES = '{"jsonrpc":"2.0","id":,"result":}'.length;

/** @throws RpcError when the answer is longer than any string can be. */
function success(id: IdText, result: Json, limits: RpcLimits): string {
  try {
    return `{"jsonrpc":"2.0","id":${id},"result":${JSON.stringify(result)}}`;
  } catch (error) {
    throw error instanceof RangeError ? responseTooLarge(limits) : error;
  }
}

function failure(id: IdText, { code, message, data }: RpcError): string {
  return `{"jsonrpc":"2.0","id":${id},"error":${JSON.stringify({ code, message, data })}}`;
}
