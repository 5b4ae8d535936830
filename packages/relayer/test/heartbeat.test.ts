import assert from "node:assert/strict";
import { readSidechainView } from "@causeway/bridge/readSidechainView";
import type { Wallet } from "ethers";
import { pino } from "pino";
import { type Relayer, startRelayer } from "../src/startRelayer.js";
import { startTestBridge, type TestBridge } from "./rig/testBridge.js";
import { until } from "./rig/until.js";

const HEARTBEAT_SECONDS = 2;

describe("nothing happens", () => {
  let bridge: TestBridge;
  let carrier: Relayer;

  before(async function () {
    this.timeout(30_000);
    bridge = await startTestBridge();
    const config = await bridge.relayerConfig(["carry"], { heartbeatSeconds: HEARTBEAT_SECONDS });
    const carrierKey = bridge.carriers[0] as Wallet;
    carrier = await startRelayer({
      config,
      genesis: bridge.genesis,
      carrierKey,
      logger: pino({ level: "silent" }),
    });
  });

  after(async () => {
    await carrier?.stop();
    await bridge?.stop();
  });

  it("and L1 still hears of the sidechain, no more often than the heartbeat, in L1 time (X7)", async function () {
    this.timeout(30_000);
    const { l1, bridge: addresses } = bridge.sides;
    const view = () => readSidechainView(l1, addresses.view, "latest");
    const accepted: number[] = [];
    for (let records = 2; records <= 3; records++) {
      await until("a checkpoint", async () => (await view()).records >= records);
      accepted.push((await view()).acceptedAt);
    }
    const [first = 0, second = 0] = accepted;
    assert.ok(second - first >= HEARTBEAT_SECONDS, `${first} and ${second}`);
  });
});
