import assert from "node:assert/strict";
import { DEFAULT_LIMITS, type RpcLimits } from "../../src/limits.js";
import { IncomingBytes } from "../../src/server/incomingBytes.js";
import { OutgoingBytes } from "../../src/server/outgoingBytes.js";
import { RpcConnection } from "../../src/server/rpcConnection.js";
import { SharedBound } from "../../src/server/sharedBound.js";
import { NoticeLog } from "../../src/ws/noticeLog.js";
import { SILENT_LOG } from "../support/silentLog.js";

/** A connection whose requests are answered when the test says so. */
function connect(limits: Partial<RpcLimits>, incomingBytesMax = 1_000_000) {
  const answers: (() => void)[] = [];
  const state = { reading: true, sent: [] as string[] };
  const channel = {
    send: (text: string, _last: boolean, sent: () => void) => {
      state.sent.push(text);
      sent();
    },
    together: (sendAll: () => void) => sendAll(),
    pause: () => {
      state.reading = false;
    },
    resume: () => {
      state.reading = true;
    },
    terminate: () => assert.fail("cut off"),
  };
  const connection = new RpcConnection(
    channel,
    {
      answer: () => new Promise((resolve) => answers.push(() => resolve("done"))),
      limits: { ...DEFAULT_LIMITS, ...limits },
      incoming: new IncomingBytes(incomingBytesMax),
      watched: new SharedBound(1_000_000),
      outgoing: new OutgoingBytes(1_000_000, () => assert.fail("too much waits")),
      notices: new NoticeLog(),
      log: SILENT_LOG,
    },
    channel,
  );
  return { connection, state, answerNext: () => answers.shift()?.() };
}

describe("a connection reads on only while its requests in work stay", () => {
  const cases: readonly [string, Partial<RpcLimits>, string][] = [
    ["below their number", { messagesInFlightMax: 2 }, "x"],
    ["below the size of a body, all together", { bodyBytesMax: 1_000 }, "x".repeat(500)],
    ["below that size in bytes, not in characters", { bodyBytesMax: 1_000 }, "字".repeat(167)],
  ];
  for (const [what, limits, text] of cases) {
    it(what, async () => {
      const { connection, state, answerNext } = connect(limits);
      const first = connection.receive(text);
      assert.equal(state.reading, true);
      const second = connection.receive(text);
      assert.equal(state.reading, false);
      answerNext();
      await first;
      assert.equal(state.reading, true);
      answerNext();
      await second;
      assert.deepEqual(state.sent, ["done", "done"]);
      await connection.idle();
    });
  }

  it("and refuses bytes, not characters, that all connections together may not hold", async () => {
    const { connection, state, answerNext } = connect({}, 300);
    await connection.receive("字".repeat(101));
    assert.match(state.sent.pop() ?? "", /the limit is 300 bytes over all connections/);
    const fits = connection.receive("字".repeat(100));
    await connection.receive("x");
    assert.match(state.sent.pop() ?? "", /the limit is 300 bytes/);
    answerNext();
    await fits;
    const next = connection.receive("x");
    answerNext();
    await next;
    assert.deepEqual(state.sent, ["done", "done"]);
  });
});
