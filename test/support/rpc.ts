/** One JSON-RPC call, as raw as it goes. @throws Error with the method and the node's error. */
export function rpc<T>(url: string, method: string, ...params: readonly unknown[]): Promise<T> {
  return call<T>(url, method, params);
}

/** Like {@link rpc}, given up after `timeoutMs`: a stopped process accepts connections and never answers. */
export function rpcWithin<T>(
  timeoutMs: number,
  url: string,
  method: string,
  ...params: readonly unknown[]
): Promise<T> {
  return call<T>(url, method, params, AbortSignal.timeout(timeoutMs));
}

/** Method and parameters of one call of a batch. */
export type Call = readonly [method: string, ...params: readonly unknown[]];

/** Many calls in one request. @returns their results in order. @throws Error for the first that failed. */
export async function rpcBatch(url: string, calls: readonly Call[]): Promise<unknown[]> {
  const body = calls.map(([method, ...params], id) => ({ jsonrpc: "2.0", id, method, params }));
  const answers = (await rpcAnswer(url, body)) as unknown as readonly (RpcAnswer & { readonly id: number })[];
  const byId = new Map(answers.map((answer) => [answer.id, answer]));
  return calls.map(([method], id) => {
    const answer = byId.get(id);
    if (answer === undefined || answer.error !== undefined)
      throw new Error(`${method}: ${answer?.error?.message ?? "no answer"}`);
    return answer.result;
  });
}

async function call<T>(
  url: string,
  method: string,
  params: readonly unknown[],
  signal?: AbortSignal,
): Promise<T> {
  const answer = await rpcAnswer(url, { jsonrpc: "2.0", id: 1, method, params }, signal);
  if (answer.error !== undefined)
    throw new Error(`${method}: ${answer.error.message} (${answer.error.code})`);
  return answer.result as T;
}

export interface RpcAnswer {
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

/** The whole answer to any body. */
export async function rpcAnswer(url: string, body: unknown, signal?: AbortSignal): Promise<RpcAnswer> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  });
  return (await response.json()) as RpcAnswer;
}
