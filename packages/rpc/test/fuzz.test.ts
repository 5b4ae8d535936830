import assert from "node:assert/strict";
import fc from "fast-check";
import { METHOD_TABLE } from "../src/methodTable.js";
import { RPC_CODE } from "../src/rpcError.js";
import { Dispatcher } from "../src/server/dispatcher.js";
import { FuzzTarget } from "./support/fuzzTarget.js";

const RUNS = 3_000;

/** Values that look right, so that they get past the first check and meet the next. */
const plausible = fc.oneof(
  fc.constantFrom(
    "latest",
    "earliest",
    "pending",
    "safe",
    "finalized",
    "0x0",
    "0x1",
    "0x",
    "newHeads",
    "logs",
    "syncing",
  ),
  fc.nat(2 ** 31).map((n) => `0x${n.toString(16)}`),
  fc.bigInt({ min: 0n, max: 2n ** 256n }).map((n) => `0x${n.toString(16)}`),
  fc.uint8Array({ minLength: 0, maxLength: 40 }).map((bytes) => `0x${Buffer.from(bytes).toString("hex")}`),
  fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => `0x${Buffer.from(bytes).toString("hex")}`),
  fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => `0x${Buffer.from(bytes).toString("hex")}`),
);

const FIELDS = [
  "from",
  "to",
  "gas",
  "gasPrice",
  "value",
  "data",
  "input",
  "nonce",
  "accessList",
  "address",
  "topics",
  "fromBlock",
  "toBlock",
  "blockHash",
  "blockNumber",
  "transactionHashes",
  "balance",
  "code",
  "state",
  "stateDiff",
  "__proto__",
];

const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    { arbitrary: plausible, weight: 6 },
    fc.jsonValue({ maxDepth: 2 }),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...FIELDS), plausible), tie("value"), { maxKeys: 4 }),
  ),
}));

const call = fc.record({
  jsonrpc: fc.constant("2.0"),
  id: fc.oneof(fc.nat(), fc.string()),
  method: fc.constantFrom(...METHOD_TABLE.keys()),
  params: fc.oneof(
    { arbitrary: fc.array(value, { maxLength: 5 }), weight: 8 },
    { arbitrary: value, weight: 1 },
  ),
});

describe("random parameters", () => {
  const target = new FuzzTarget();
  after(() => target.close());
  const dispatcher = new Dispatcher(METHOD_TABLE, target.services, target.log, () => undefined);
  const handle = (text: string) => dispatcher.handle(text, target.subscriber, new AbortController().signal);

  it("never produce a crash or an answer that is not JSON-RPC", async () => {
    await fc.assert(
      fc.asyncProperty(call, async (request) => {
        const answer = JSON.parse((await handle(JSON.stringify(request))) ?? "null");
        assert.equal(answer.jsonrpc, "2.0");
        assert.equal(answer.id, request.id);
        assert.notEqual("result" in answer, "error" in answer);
        if (answer.error === undefined) return;
        assert.equal(typeof answer.error.message, "string");
        assert.notEqual(answer.error.code, RPC_CODE.internal, `${request.method}: ${target.warnings.at(-1)}`);
      }),
      { numRuns: RUNS },
    );
  });

  it("never produce a crash as whole messages either", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.json(),
          fc.string(),
          fc.array(call, { maxLength: 3 }).map((calls) => JSON.stringify(calls)),
        ),
        async (text) => {
          const answer = await handle(text);
          if (answer === null) return;
          const answers = [JSON.parse(answer)].flat();
          for (const { jsonrpc } of answers) assert.equal(jsonrpc, "2.0");
        },
      ),
      { numRuns: RUNS / 3 },
    );
  });
});
