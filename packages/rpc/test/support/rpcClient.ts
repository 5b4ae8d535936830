import type { Json } from "../../src/json.js";

/** An answer as clients see it. */
export interface RpcAnswer {
  readonly jsonrpc: "2.0";
  readonly id: number | string | null;
  readonly result?: Json;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: Json };
}

/** A bare JSON-RPC client: nothing between the test and the bytes. */
export class RpcClient {
  /** @param headers further ones of each request. */
  constructor(
    readonly url: string,
    private readonly headers: () => Record<string, string> = () => ({}),
  ) {}

  /** POST a body as it is. */
  post(body: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(this.url, {
      method: "POST",
      headers: { "content-type": "application/json", ...this.headers(), ...headers },
      body,
    });
  }

  /** Answers to a batch. */
  async batch(calls: readonly unknown[]): Promise<readonly RpcAnswer[]> {
    return (await (await this.post(JSON.stringify(calls))).json()) as RpcAnswer[];
  }

  /** The one answer to a body as it is. */
  async answerTo(body: string): Promise<RpcAnswer> {
    return (await (await this.post(body)).json()) as RpcAnswer;
  }

  async answer(method: string, ...params: readonly unknown[]): Promise<RpcAnswer> {
    return this.answerTo(JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }));
  }

  /** The result, typed by the test that knows the method. @throws when the answer is an error. */
  async result<T = Json>(method: string, ...params: readonly unknown[]): Promise<T> {
    const { result, error } = await this.answer(method, ...params);
    if (error !== undefined) throw new Error(`${method}: ${error.code} ${error.message}`);
    return result as T;
  }

  /** [code, message] of the error. @throws when the answer is a result. */
  async error(method: string, ...params: readonly unknown[]): Promise<[number, string]> {
    const { error } = await this.answer(method, ...params);
    if (error === undefined) throw new Error(`${method} did not fail`);
    return [error.code, error.message];
  }
}
