import assert from "node:assert/strict";
import { encodeSubmitCheckpoint } from "@causeway/bridge/encodeCalls";
import { readCertificate, type SealedCheckpoint } from "@causeway/bridge/readCertificate";
import { readSidechainView } from "@causeway/bridge/readSidechainView";
import { sendTransaction } from "@causeway/bridge/sendTransaction";
import type { Wallet } from "ethers";
import { pino } from "pino";
import { type Relayer, startRelayer } from "../src/startRelayer.js";
import { startTestBridge, type TestBridge } from "./rig/testBridge.js";
import { until } from "./rig/until.js";

const logger = pino({ level: "silent" });

describe("two certificates of one set exclude each other (F2, B6)", () => {
  let bridge: TestBridge;
  let carrier: Relayer | undefined;

  beforeEach(async function () {
    this.timeout(60_000);
    bridge = await startTestBridge();
  });
  afterEach(async function () {
    this.timeout(20_000);
    await carrier?.stop();
    await bridge?.stop();
  });

  const view = () => readSidechainView(bridge.sides.l1, bridge.sides.bridge.view, "latest");
  const step = () => carrier?.status().steps.find(({ name }) => name === "conflict");

  async function startCarrier(): Promise<void> {
    const config = await bridge.relayerConfig(["carry"]);
    const { genesis } = bridge;
    carrier = await startRelayer({ config, genesis, carrierKey: bridge.carriers[0] as Wallet, logger });
  }

  async function honestAndForged(): Promise<readonly [SealedCheckpoint, SealedCheckpoint]> {
    const honest = (await readCertificate(bridge.sides.sidechain, "latest")) ?? assert.fail("no block yet");
    return [honest, await bridge.forge(honest)];
  }

  it("shown by a node in safety stop: the carrier freezes the view", async function () {
    this.timeout(60_000);
    const [honest, forged] = await honestAndForged();
    bridge.showConflict([honest, forged]);
    await startCarrier();
    await until("the view is frozen", async () => (await view()).frozenAt !== 0);
  });

  it("accepted by L1 while the sidechain finalized another: the carrier finds it by itself", async function () {
    this.timeout(60_000);
    const [, forged] = await honestAndForged();
    const data = encodeSubmitCheckpoint(forged, []);
    await sendTransaction(bridge.l1User, { to: bridge.sides.bridge.view, data });
    await startCarrier();
    await until("the view is frozen", async () => (await view()).frozenAt !== 0);
  });

  it("the same block certified in two rounds, and seals below the quorum, freeze nothing (F1)", async function () {
    this.timeout(60_000);
    const [honest, forged] = await honestAndForged();
    const { certificate, validators } = forged;
    const unproven = { validators, certificate: { ...certificate, seals: certificate.seals.slice(1) } };
    bridge.showConflict([honest, unproven]);
    await startCarrier();
    await until("the conflict step has looked", () => step()?.state === "running");
    bridge.showConflict([honest, await bridge.resealInRound(honest, 3)]);
    const looked = step()?.lastOkAt ?? 0;
    await until("it has looked again", () => (step()?.lastOkAt ?? 0) > looked + 1_000);
    assert.equal((await view()).frozenAt, 0);
    assert.equal(step()?.alarm, null);
  });
});
