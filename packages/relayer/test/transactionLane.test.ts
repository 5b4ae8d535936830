import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Hash, ZERO_ADDRESS, ZERO_HASH } from "@causeway/protocol/hex";
import { Wallet } from "ethers";
import { type Logger, pino } from "pino";
import { BalanceStep } from "../src/balanceStep.js";
import { RelayerStore } from "../src/relayerStore.js";
import type { StepError } from "../src/severity.js";
import { TransactionLane } from "../src/transactionLane.js";
import { ScriptedNode } from "./rig/scriptedNode.js";

const KEY = `0x${"42".repeat(32)}`;
const GWEI = 1_000_000_000n;

describe("TransactionLane", () => {
  let folder: string;
  let store: RelayerStore;
  let node: ScriptedNode;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "causeway-lane-"));
    store = await RelayerStore.open(folder, ZERO_HASH);
    node = new ScriptedNode();
  });

  afterEach(async () => {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** A lane as a fresh process would open it. */
  const openLane = (changes: { bumpAfterMs?: number; maxFeeWei?: bigint; logger?: Logger } = {}) =>
    TransactionLane.open({
      chain: "l1",
      chainId: 1,
      reader: node,
      signer: new Wallet(KEY),
      store,
      logger: pino({ level: "silent" }),
      observe: () => {},
      bumpAfterMs: 3_600_000,
      maxFeeWei: 100n * GWEI,
      ...changes,
    });

  const request = (key: string) => ({ key, to: ZERO_ADDRESS, data: "0x" as const, gasLimit: 100_000 });
  /** Hash of the i-th transaction the node was given. */
  const hashOf = (index: number): Hash => {
    const raw = node.given[index];
    assert.ok(raw !== undefined);
    return node.hash(raw);
  };

  it("gives consecutive nonces and sends one purpose once", async () => {
    const lane = await openLane();
    await lane.submit(request("claim:1"));
    await lane.submit(request("claim:2"));
    await lane.submit(request("claim:1"));
    assert.deepEqual(
      node.given.map((_, i) => node.transaction(hashOf(i)).nonce),
      [0, 1],
    );
  });

  it("after a restart sends the very same bytes again when the node lost them", async () => {
    node.forgetful = true;
    await (await openLane()).submit(request("claim:1"));
    const restarted = await openLane();
    await restarted.reconcile(0);
    assert.equal(node.given.length, 2);
    assert.equal(node.given[0], node.given[1]);
  });

  it("settles what is mined and final, and keeps what is mined and not final", async () => {
    const lane = await openLane();
    await lane.submit(request("claim:1"));
    node.mine(hashOf(0), 7);
    await lane.reconcile(6);
    assert.equal(lane.has("claim:1"), true);
    await lane.reconcile(7);
    assert.equal(lane.has("claim:1"), false);
    assert.equal((await openLane()).live.length, 0);
  });

  it("sends again what a reorg took out, under the same nonce", async () => {
    const lane = await openLane();
    await lane.submit(request("claim:1"));
    node.mine(hashOf(0), 7);
    await lane.reconcile(6);
    node.unmine(hashOf(0));
    await lane.reconcile(6);
    assert.equal(node.given.length, 2);
    assert.equal(node.last.nonce, 0);
  });

  it("drops a purpose whose transaction reverted or whose nonce another one used", async () => {
    const lane = await openLane();
    await lane.submit(request("claim:1"));
    node.mine(hashOf(0), 7, false);
    await lane.reconcile(0);
    assert.equal(lane.has("claim:1"), false);
    await lane.submit(request("claim:2"));
    node.nonce = 2;
    await lane.reconcile(0);
    assert.equal(lane.has("claim:2"), false);
    await lane.submit(request("claim:3"));
    assert.equal(node.last.nonce, 2);
  });

  it("rewinds to the chain's nonce and fills the gap with a transfer to itself", async () => {
    node.nonce = 5;
    const lane = await openLane();
    await lane.submit(request("claim:1"));
    node.nonce = 4;
    await lane.reconcile(0);
    assert.equal(node.last.nonce, 4);
    assert.equal(node.last.to?.toLowerCase(), lane.address);
    assert.equal(node.last.value, 0n);
  });

  it("raises both fees of a stuck transaction by an eighth at least, keeping its nonce", async () => {
    const lane = await openLane({ bumpAfterMs: 0 });
    await lane.submit(request("claim:1"));
    await lane.reconcile(0);
    const [first, second] = [node.transaction(hashOf(0)), node.last];
    assert.equal(second.nonce, first.nonce);
    for (const fee of ["maxFeePerGas", "maxPriorityFeePerGas"] as const) {
      assert.ok((second[fee] ?? 0n) * 8n >= (first[fee] ?? 0n) * 9n, fee);
    }
  });

  it("does not bid against a chain that makes no blocks", async () => {
    const lane = await openLane({ bumpAfterMs: 0 });
    await lane.submit(request("claim:1"));
    node.stalled = true;
    for (let poll = 0; poll < 5; poll++) await lane.reconcile(0);
    assert.equal(node.given.length, 1);
    node.stalled = false;
    await lane.reconcile(0);
    assert.equal(node.given.length, 2);
  });

  it("knows any of its attempts when mined", async () => {
    const lane = await openLane({ bumpAfterMs: 0 });
    await lane.submit(request("claim:1"));
    await lane.reconcile(0);
    node.mine(hashOf(0), 3);
    await lane.reconcile(3);
    assert.equal(lane.has("claim:1"), false);
  });

  it("alarms when its account holds less than one ether (X7)", async () => {
    const lane = await openLane();
    const step = new BalanceStep([{ name: "carrier on l1", lane }]);
    node.balance = 10n ** 18n - 1n;
    await assert.rejects(step.run(), (error: StepError) => error.alarm === "LowBalance");
    node.balance = 10n ** 18n;
    await step.run();
  });

  it("InsufficientFunds names account and chain to fund, and ends when the node takes the transaction", async () => {
    node.balance = 5n * 10n ** 18n;
    node.refusal = "insufficient funds for gas * price + value: balance 5, tx cost 6, overshot 1";
    const lane = await openLane({ bumpAfterMs: 0 });
    const step = new BalanceStep([{ name: "carrier on l1", lane }]);
    await step.run();
    await lane.submit(request("claim:1"));
    await assert.rejects(step.run(), (error: StepError) => {
      assert.equal(error.alarm, "InsufficientFunds");
      return error.message.includes(`fund ${lane.address} on chain 1`);
    });
    await lane.reconcile(0);
    assert.equal(node.given[1], node.given[0], "the fee is not raised for want of money");
    node.refusal = null;
    await lane.reconcile(0);
    await step.run();
  });

  it("says once a minute why a node does not take a transaction", async () => {
    node.refusal = "nonce too high";
    const lines: string[] = [];
    const stream = { write: (line: string) => void lines.push(line) };
    const lane = await openLane({ logger: pino({}, stream) });
    await lane.submit(request("claim:1"));
    for (let poll = 0; poll < 5; poll++) await lane.reconcile(0);
    assert.equal(lines.length, 1, lines.join(""));
    node.refusal = "transaction underpriced";
    await lane.reconcile(0);
    assert.equal(lines.length, 2, lines.join(""));
  });

  it("never pays more than the bound", async () => {
    const lane = await openLane({ bumpAfterMs: 0, maxFeeWei: 215n });
    await lane.submit(request("claim:1"));
    await lane.reconcile(0);
    assert.equal(node.given.length, 1);
  });
});
