import assert from "node:assert/strict";
import type { ServedChain } from "@causeway/cli/chain/serveChain";
import { serveSuiteChain } from "./serveSuiteChain.js";
import { readSuite, suiteFolder } from "./suite.js";

/** Last block of the suite's chain, and the last one made by work. */
const HEAD = 54;
const LAST_BY_WORK = 35;
const ETHER = 10n ** 18n;

interface Answer {
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

interface Trace {
  readonly type: string;
  readonly action: { readonly rewardType?: string; readonly value?: string; readonly author?: string };
}

interface Transaction {
  readonly hash: string;
  readonly gas: string;
}

const folder = suiteFolder();

describe("traces over the rpc-compat chain, Frontier to Osaka", function () {
  this.timeout(900_000);
  let served: ServedChain;
  before(async function () {
    if (folder === null) {
      console.log("      no rpc-compat suite beside the repository: skipped");
      return this.skip();
    }
    served = await serveSuiteChain(folder);
  });
  after(() => served?.close());

  async function post(body: string): Promise<Answer> {
    const headers = { "content-type": "application/json" };
    return (await fetch(served.url, { method: "POST", headers, body })).json() as Promise<Answer>;
  }

  async function result<T>(method: string, ...params: readonly unknown[]): Promise<T> {
    const answer = await post(JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }));
    assert.equal(answer.error, undefined, `${method} ${JSON.stringify(params)}: ${answer.error?.message}`);
    return answer.result as T;
  }

  it("equal geth's to the letter, also where the suite asks for the schema only", async () => {
    const fixtures = readSuite(folder ?? "").filter(({ name }) => name.startsWith("debug_trace"));
    assert.equal(fixtures.length, 13);
    for (const { name, exchanges } of fixtures) {
      for (const { request, response } of exchanges) {
        const { error, ...ours } = await post(request);
        const { error: wanted, ...theirs } = JSON.parse(response) as Answer;
        assert.deepEqual(ours, theirs, name);
        assert.equal(error?.code, wanted?.code, name);
      }
    }
  });

  it("cost what the receipts say, by every tracer and in every fork", async () => {
    for (let number = 1; number <= HEAD; number++) {
      const height = `0x${number.toString(16)}`;
      const { transactions } = await result<{ transactions: Transaction[] }>(
        "eth_getBlockByNumber",
        height,
        true,
      );
      const receipts = await result<{ gasUsed: string }[]>("eth_getBlockReceipts", height);
      const trace = <T>(tracer: string) =>
        result<{ txHash: string; result: T }[]>("debug_traceBlockByNumber", height, { tracer });
      const calls = await trace<{ gas: string; gasUsed: string }>("callTracer");
      assert.deepEqual(
        calls.map((call) => [call.txHash, call.result.gas, call.result.gasUsed]),
        transactions.map(({ hash, gas }, i) => [hash, gas, receipts[i]?.gasUsed]),
        `block ${number}`,
      );
      const steps = await result<{ result: { gas: number } }[]>("debug_traceBlockByNumber", height);
      assert.deepEqual(
        steps.map((step) => step.result.gas),
        receipts.map(({ gasUsed }) => Number(gasUsed)),
      );
      assert.equal((await trace("prestateTracer")).length, transactions.length);
      const replays = await result<object[]>("trace_replayBlockTransactions", height, [
        "trace",
        "stateDiff",
        "vmTrace",
      ]);
      assert.equal(replays.length, transactions.length);
    }
  });

  it("end with the rewards of blocks made by work, and no others", async () => {
    const plain = new Set<bigint>();
    for (let number = 1; number <= HEAD; number++) {
      const height = `0x${number.toString(16)}`;
      const { uncles, miner } = await result<{ uncles: string[]; miner: string }>(
        "eth_getBlockByNumber",
        height,
        false,
      );
      const traces = await result<Trace[]>("trace_block", height);
      const rewards = traces.filter(({ type }) => type === "reward").map(({ action }) => action);
      const kinds = number <= LAST_BY_WORK ? ["block", ...uncles.map(() => "uncle")] : [];
      assert.deepEqual(
        rewards.map(({ rewardType }) => rewardType),
        kinds,
      );
      assert.deepEqual(
        traces.slice(traces.length - kinds.length).map(({ action }) => action),
        rewards,
      );
      const [own, ...others] = rewards.map(({ value }) => BigInt(value ?? 0));
      if (own !== undefined) assert.equal(rewards[0]?.author, miner);
      if (own !== undefined && others.length === 0) plain.add(own);
      const { issuance } = await result<{ issuance: Record<string, string> }>("ots_getBlockDetails", number);
      const ommers = others.reduce((sum, value) => sum + value, 0n);
      assert.deepEqual(
        [issuance.blockReward, issuance.uncleReward, issuance.issuance].map((value) => BigInt(value ?? -1)),
        [own ?? 0n, ommers, (own ?? 0n) + ommers],
      );
    }
    // Frontier, Byzantium, Constantinople.
    assert.deepEqual([...plain], [5n * ETHER, 3n * ETHER, 2n * ETHER]);
  });
});
