import assert from "node:assert/strict";
import { ZERO_ADDRESS } from "@causeway/protocol/hex";
import { BridgeError } from "../src/bridgeError.js";
import { findLog, readLogs } from "../src/rpc/findLog.js";
import type { RpcReader } from "../src/rpc/rpcReader.js";

const FILTER = { address: ZERO_ADDRESS, topics: [] };
const LOGS_PER_BLOCK = 3;

/** A node with three logs in every block that gives out at most `logsMax` at once. */
class LimitedNode implements RpcReader {
  requests = 0;

  constructor(
    private readonly logsMax: number,
    private readonly refusal: (method: string) => BridgeError,
  ) {}

  async send(method: string, params: readonly unknown[]): Promise<unknown> {
    this.requests += 1;
    const { fromBlock, toBlock } = params[0] as { fromBlock: string; toBlock: string };
    const blocks = Number(toBlock) - Number(fromBlock) + 1;
    if (blocks * LOGS_PER_BLOCK > this.logsMax) throw this.refusal(method);
    return Array.from({ length: blocks * LOGS_PER_BLOCK }, (_, i) => ({
      blockNumber: Number(fromBlock) + Math.floor(i / LOGS_PER_BLOCK),
    }));
  }
}

const refused = (method: string) =>
  new BridgeError({ code: "RpcRefused", method, rpcCode: -32_005, data: null }, "too many logs");
const tooLarge = (method: string) => new BridgeError({ code: "AnswerTooLarge", method }, "too many bytes");
const down = (method: string) => new BridgeError({ code: "RpcUnreachable", method }, "no answer");

describe("readLogs", () => {
  for (const refusal of [refused, tooLarge]) {
    it(`asks for narrower ranges when somebody stuffed one until the answer is ${refusal.name}`, async () => {
      const logs = await readLogs(new LimitedNode(5 * LOGS_PER_BLOCK, refusal), FILTER, 100, 160);
      const blocks = logs.map(({ blockNumber }) => Number(blockNumber));
      assert.deepEqual(
        blocks,
        Array.from({ length: 61 * LOGS_PER_BLOCK }, (_, i) => 100 + Math.floor(i / LOGS_PER_BLOCK)),
      );
    });
  }

  it("gives up on a single block that is refused, after few requests", async () => {
    const node = new LimitedNode(1, refused);
    await assert.rejects(
      readLogs(node, FILTER, 0, 1_999),
      (error: BridgeError) => error.code === "RpcRefused",
    );
    assert.ok(node.requests <= 12, `${node.requests} requests`);
  });

  it("does not split what nobody answered", async () => {
    const node = new LimitedNode(1, down);
    await assert.rejects(
      readLogs(node, FILTER, 0, 1_999),
      (error: BridgeError) => error.code === "RpcUnreachable",
    );
    assert.equal(node.requests, 1);
  });
});

describe("findLog", () => {
  const asked: (readonly [number, number])[] = [];
  const node: RpcReader = {
    async send(_method, params) {
      const { fromBlock, toBlock } = params[0] as { fromBlock: string; toBlock: string };
      asked.push([Number(fromBlock), Number(toBlock)]);
      return [{ blockNumber: Number(fromBlock) }, { blockNumber: Number(toBlock) }];
    },
  };
  beforeEach(() => {
    asked.length = 0;
  });

  it("asks backwards for ranges that touch and do not overlap, down to the last block", async () => {
    assert.equal(await findLog(node, FILTER, 4_500, async () => null, 400), null);
    assert.deepEqual(asked, [
      [2_501, 4_500],
      [501, 2_500],
      [400, 500],
    ]);
  });

  it("takes the newest that is wanted, and asks no further", async () => {
    const seen: number[] = [];
    const found = await findLog(node, FILTER, 4_500, async ({ blockNumber }) => {
      seen.push(Number(blockNumber));
      return seen.length === 3 ? blockNumber : null;
    });
    assert.equal(Number(found), 2_500);
    assert.deepEqual(seen, [4_500, 2_501, 2_500]);
    assert.equal(asked.length, 2);
  });
});
