import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BridgeError } from "@causeway/bridge/bridgeError";
import type { BridgeMessage } from "@causeway/protocol/bridgeMessage";
import { ZERO_ADDRESS, ZERO_HASH } from "@causeway/protocol/hex";
import { Wallet } from "ethers";
import { pino } from "pino";
import { FailedMessages } from "../src/failedMessages.js";
import { RelayerStore } from "../src/relayerStore.js";
import { RetryStep, type RetryTarget } from "../src/retryStep.js";
import { TransactionLane } from "../src/transactionLane.js";
import { ScriptedNode } from "./rig/scriptedNode.js";

const logger = pino({ level: "silent" });
const MUTE_NONCE = 1;

const message = (nonce: number): BridgeMessage => ({
  nonce,
  sourceChainId: 2n,
  sourceOutbox: ZERO_ADDRESS,
  destinationChainId: 1n,
  sender: ZERO_ADDRESS,
  target: ZERO_ADDRESS,
  gasLimit: 200_000,
  data: "0x",
});

type Deliveries = Awaited<ReturnType<RetryTarget["delivery"]>>;
const FAILED: Deliveries = { latest: "failed", final: "failed" };
let delivery: Deliveries;

/** An Inbox where everything failed unless a test says otherwise, and one failure is in no log. */
const target: RetryTarget = {
  kind: "retryClaim",
  inbox: ZERO_ADDRESS,
  delivery: async () => delivery,
  async encode({ nonce }) {
    if (nonce !== MUTE_NONCE) return "0x";
    throw new BridgeError({ code: "LogsIncomplete", outbox: ZERO_ADDRESS, have: 0, need: 1 }, "no log");
  },
};

describe("RetryStep", () => {
  let folder: string;
  let store: RelayerStore;
  let node: ScriptedNode;
  let failed: FailedMessages;
  let step: RetryStep;

  beforeEach(async () => {
    delivery = FAILED;
    folder = await mkdtemp(join(tmpdir(), "causeway-retry-"));
    store = await RelayerStore.open(folder, ZERO_HASH);
    node = new ScriptedNode();
    const lane = await TransactionLane.open({
      chain: "l1",
      chainId: 1,
      reader: node,
      signer: Wallet.createRandom(),
      store,
      logger,
      observe: () => {},
      bumpAfterMs: 3_600_000,
      maxFeeWei: 10n ** 12n,
    });
    failed = new FailedMessages(store, "claims");
    for (const nonce of [MUTE_NONCE, 2]) await failed.add(message(nonce));
    step = new RetryStep(target, failed, lane, logger);
  });

  afterEach(async () => {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });

  it("a failure that no log tells of holds back no other message", async () => {
    await step.run();
    assert.equal(node.given.length, 1);
  });

  it("each is left alone for a while, also after a restart", async () => {
    // The pause after so many outlasts this test on any machine.
    for (const nonce of [MUTE_NONCE, 2]) {
      await failed.update({ message: message(nonce), attempts: 8, notBefore: 0 });
    }
    await step.run();
    const waiting = await new FailedMessages(store, "claims").list();
    assert.deepEqual(
      waiting.map(({ attempts }) => attempts),
      [9, 9],
    );
    assert.ok(waiting.every(({ notBefore }) => notBefore > Date.now()));
    await step.run();
    assert.equal(node.given.length, 1);
  });

  it("is given up after sixteen attempts: what can never succeed costs no gas for ever", async () => {
    await failed.update({ message: message(MUTE_NONCE), attempts: 14, notBefore: 0 });
    await failed.update({ message: message(2), attempts: 15, notBefore: 0 });
    await step.run();
    assert.deepEqual(
      (await failed.list()).map(({ message: { nonce }, attempts }) => [nonce, attempts]),
      [[MUTE_NONCE, 15]],
    );
  });

  it("is over only once the chain will not take its delivery back; meanwhile nothing is sent", async () => {
    delivery = { latest: "delivered", final: "failed" };
    await step.run();
    assert.deepEqual([(await failed.list()).length, node.given.length], [2, 0]);
    delivery = { latest: "delivered", final: "delivered" };
    await step.run();
    assert.deepEqual([(await failed.list()).length, node.given.length], [0, 0]);
  });
});
