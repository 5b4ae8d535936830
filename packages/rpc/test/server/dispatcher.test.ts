import assert from "node:assert/strict";
import { DEFAULT_LIMITS } from "../../src/limits.js";
import { type Method, methodFor } from "../../src/method.js";
import { Dispatcher } from "../../src/server/dispatcher.js";
import { SILENT_LOG } from "../support/silentLog.js";

describe("Dispatcher", () => {
  const echo: Method<object> = methodFor<object>()("test_echo", [], () => "heard");
  const calls: string[] = [];
  const dispatcher = new Dispatcher(
    new Map([["test_echo", echo]]),
    { limits: DEFAULT_LIMITS },
    SILENT_LOG,
    (method, outcome) => calls.push(`${method} ${outcome}`),
  );
  const request = '{"jsonrpc":"2.0","id":1,"method":"test_echo"}';

  it("answers by whatever id is no object or array, as geth does", async () => {
    const answerTo = (id: string, method = "test_echo") =>
      dispatcher.handle(
        `{"jsonrpc":"2.0","id":${id},"method":"${method}"}`,
        null,
        new AbortController().signal,
      );
    for (const id of ["true", "false", "null", '"a"', "1", "18446744073709551615"]) {
      assert.equal(await answerTo(id), `{"jsonrpc":"2.0","id":${id},"result":"heard"}`);
      assert.match((await answerTo(id, "")) ?? "", new RegExp(`"id":${id},"error":{"code":-32600`));
    }
    for (const id of ["{}", "[1]"]) {
      assert.match((await answerTo(id)) ?? "", /"id":null,"error":{"code":-32600/);
    }
    calls.length = 0;
  });

  it("does nothing for a client that has gone before its request was looked at", async () => {
    assert.equal(await dispatcher.handle(request, null, AbortSignal.abort()), null);
    assert.equal(await dispatcher.handle("{nope", null, AbortSignal.abort()), null);
    assert.deepEqual(calls, []);
    const answer = await dispatcher.handle(request, null, new AbortController().signal);
    assert.equal(answer, '{"jsonrpc":"2.0","id":1,"result":"heard"}');
    assert.deepEqual(calls, ["test_echo success"]);
  });
});
