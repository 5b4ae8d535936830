import assert from "node:assert/strict";
import { readSidechainView } from "@causeway/bridge/l1/readSidechainView";
import { readHeader } from "@causeway/bridge/sidechain/readHeader";
import { withdrawEth } from "@causeway/bridge/transfers/withdrawEth";
import type { Wallet } from "ethers";
import { pino } from "pino";
import { type Relayer, startRelayer } from "../src/startRelayer.js";
import { addressOf } from "./rig/accounts.js";
import { startTestBridge, type TestBridge } from "./rig/testBridge.js";
import { until } from "./rig/until.js";

const HEARTBEAT_SECONDS = 2;
/** Longer than setting up takes, or the test says nothing. */
const INTERVAL_SECONDS = 8;

describe("checkpoints are carried", () => {
  let bridge: TestBridge;
  let carrier: Relayer | undefined;

  beforeEach(async () => {
    bridge = await startTestBridge();
  });

  afterEach(async () => {
    await carrier?.stop();
    await bridge?.stop();
  });

  async function startCarrier(timing: Record<string, number>): Promise<void> {
    const config = await bridge.relayerConfig(["carry"], timing);
    const carrierKey = bridge.carriers[0] as Wallet;
    const logger = pino({ level: "silent" });
    carrier = await startRelayer({ config, genesis: bridge.genesis, carrierKey, logger });
  }

  it("for withdrawals that wait, but no more often than the interval, in L1 time", async () => {
    const { l1, bridge: addresses } = bridge.sides;
    const view = () => readSidechainView(l1, addresses.view, "latest");
    const { acceptedAt: before, records } = await view();
    await withdrawEth(bridge.sidechainUser, { recipient: addressOf(bridge.l1User), amount: 1n });
    await startCarrier({ checkpointIntervalSeconds: INTERVAL_SECONDS });
    await until("a checkpoint", async () => (await view()).records > records);
    const { acceptedAt, outboxCount } = await view();
    assert.equal(outboxCount, 1);
    assert.ok(acceptedAt - before >= INTERVAL_SECONDS, `${acceptedAt - before} s after the last one`);
  });

  it("though nothing happens: L1 hears of the sidechain, no more often than the heartbeat, in L1 time (X7)", async () => {
    await startCarrier({ heartbeatSeconds: HEARTBEAT_SECONDS });
    const { l1, bridge: addresses } = bridge.sides;
    // Of one block: the view is read field by field.
    const view = async () => readSidechainView(l1, addresses.view, (await readHeader(l1, "latest")).number);
    let first = await view();
    await until("a checkpoint", async () => {
      first = await view();
      return first.records > 1;
    });
    let next = first;
    await until("another one", async () => {
      next = await view();
      return next.records > first.records;
    });
    const seconds = next.acceptedAt - first.acceptedAt;
    assert.ok(seconds >= HEARTBEAT_SECONDS, `${seconds} s after the one before`);
  });
});
