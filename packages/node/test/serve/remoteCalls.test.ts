import assert from "node:assert/strict";
import { CausewayError } from "@causeway/protocol/errors";
import type { ThreadCall } from "../../src/serve/serveMessages.js";
import { toThreadError } from "../../src/serve/threadError.js";
import { RemoteCalls } from "../../src/serve/worker/remoteCalls.js";

describe("calls at the voting thread", () => {
  it("go out first come first served, a bounded number at a time", async () => {
    const sent: ThreadCall[] = [];
    const calls = new RemoteCalls((call) => sent.push(call));
    const answers = Array.from({ length: 200 }, () => calls.ask("halted"));
    assert.equal(sent.length, 64);
    for (let i = 0; i < 200; i++) {
      const { id } = sent[i] as ThreadCall;
      calls.answered({ kind: "answer", id, value: `stopped ${i}` });
      assert(sent.length - i - 1 <= 64);
    }
    assert.deepEqual(
      await Promise.all(answers),
      Array.from({ length: 200 }, (_, i) => `stopped ${i}`),
    );
  });

  it("are refused when thousands wait for a thread that does not answer", async () => {
    const calls = new RemoteCalls(() => {});
    for (let i = 0; i < 64 + 8_192; i++) void calls.ask("halted");
    await assert.rejects(calls.ask("halted"), /the node is busy: 8192 requests wait/);
  });

  it("bring errors back with code, details and message", async () => {
    const sent: ThreadCall[] = [];
    const calls = new RemoteCalls((call) => sent.push(call));
    const asked = [calls.ask("peers"), calls.ask("peers")].map((call) =>
      call.catch((error: unknown) => error),
    );
    const error = new CausewayError({ code: "TransactionRejected", nonce: 4n }, "nonce too low");
    const answer = (i: number, thrown: unknown) =>
      calls.answered({ kind: "answer", id: sent[i]?.id ?? 0, error: structuredClone(toThreadError(thrown)) });
    answer(0, error);
    answer(1, new TypeError("no such thing"));
    const [first, second] = await Promise.all(asked);
    assert(first instanceof CausewayError);
    assert.deepEqual(first.type, error.type);
    assert.equal(first.message, error.message);
    assert(second instanceof Error && !(second instanceof CausewayError));
    assert.equal(second.message, "no such thing");
  });
});
