import assert from "node:assert/strict";
import { readSidechainView } from "@causeway/bridge/l1/readSidechainView";
import { readCertificate, type SealedCheckpoint } from "@causeway/bridge/sidechain/readCertificate";
import type { Wallet } from "ethers";
import { pino } from "pino";
import { type Relayer, startRelayer } from "../src/startRelayer.js";
import { startTestBridge, type TestBridge } from "./rig/testBridge.js";
import { until } from "./rig/until.js";

const logger = pino({ level: "silent" });

describe("two certificates of one set exclude each other (F2, B6)", () => {
  let bridge: TestBridge;
  let carrier: Relayer | undefined;

  beforeEach(async () => {
    bridge = await startTestBridge();
  });
  afterEach(async () => {
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

  it("shown by a node in safety stop: the carrier freezes the view", async () => {
    const [honest, forged] = await honestAndForged();
    bridge.showConflict([honest, forged]);
    await startCarrier();
    await until("the view is frozen", async () => (await view()).frozenAt !== 0);
  });

  it("accepted by L1 while the sidechain finalized another: the carrier finds it by itself", async () => {
    const [, forged] = await honestAndForged();
    await bridge.submitCheckpoint(forged);
    await startCarrier();
    await until("the view is frozen", async () => (await view()).frozenAt !== 0);
  });

  /** The step has begun and ended a run since now. */
  async function compared(): Promise<void> {
    for (let runs = 0; runs < 2; runs++) {
      const last = step()?.lastOkAt ?? 0;
      await until("the conflict step has looked", () => (step()?.lastOkAt ?? 0) > last);
    }
  }

  async function nothingReported(): Promise<void> {
    await compared();
    const sent = carrier?.status().accounts.flatMap(({ transactions }) => transactions);
    assert.deepEqual(
      sent?.filter((key) => key.startsWith("conflict:")),
      [],
    );
    assert.equal((await view()).frozenAt, 0);
    assert.equal(step()?.alarm, null);
  }

  it("accepted by L1 for a height that the sidechain has not reached: found once it has", async () => {
    const { sidechainAnvil } = bridge;
    // Nothing but this test moves the sidechain on.
    await sidechainAnvil.send("evm_setIntervalMining", [0]);
    const [honest] = await honestAndForged();
    const { checkpoint } = honest.certificate;
    const ahead = { ...checkpoint, height: checkpoint.height + 50, timestamp: checkpoint.timestamp + 30 };
    const certificate = { ...honest.certificate, checkpoint: ahead };
    await bridge.submitCheckpoint(await bridge.forge({ ...honest, certificate }));
    await startCarrier();
    await compared();
    assert.equal((await view()).frozenAt, 0);
    await sidechainAnvil.send("anvil_mine", ["0x40"]);
    await until("the view is frozen", async () => (await view()).frozenAt !== 0);
  });

  it("accepted by L1 in the place of an honest one, which a reorg took back: found all the same", async () => {
    await bridge.stop();
    // So that nothing of this is final meanwhile.
    bridge = await startTestBridge(1_000);
    const { l1 } = bridge.sides;
    const [honest, forged] = await honestAndForged();
    const before = await l1.send("evm_snapshot", []);
    await bridge.submitCheckpoint(honest);
    await startCarrier();
    await compared();
    assert.equal(await l1.send("evm_revert", [before]), true);
    await bridge.submitCheckpoint(forged);
    await until("the view is frozen", async () => (await view()).frozenAt !== 0);
  });

  it("the same block certified in two rounds, and seals below the quorum, freeze nothing (F1)", async () => {
    const [honest, forged] = await honestAndForged();
    const { certificate, validators } = forged;
    const unproven = { validators, certificate: { ...certificate, seals: certificate.seals.slice(1) } };
    bridge.showConflict([honest, unproven]);
    await startCarrier();
    await until("the conflict step has looked", () => step()?.state === "running");
    bridge.showConflict([honest, await bridge.resealInRound(honest, 3)]);
    await compared();
    assert.equal((await view()).frozenAt, 0);
    assert.equal(step()?.alarm, null);
  });

  it("one validator's seals of two blocks, as evidence against it or given out for a conflict, are not even sent to L1 (F2)", async () => {
    const [honest, forged] = (await honestAndForged()).map(withOneSeal) as [
      SealedCheckpoint,
      SealedCheckpoint,
    ];
    bridge.showContradiction(honest, forged);
    await startCarrier();
    await nothingReported();
    bridge.showConflict([honest, forged]);
    await nothingReported();
  });
});

function withOneSeal({ certificate, validators }: SealedCheckpoint): SealedCheckpoint {
  const { signers, seals } = certificate;
  return {
    certificate: { ...certificate, signers: signers & -signers, seals: seals.slice(0, 1) },
    validators,
  };
}
