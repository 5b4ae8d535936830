import assert from "node:assert/strict";
import { readSolvency } from "@causeway/bridge/audit/readSolvency";
import type { BridgeError } from "@causeway/bridge/bridgeError";
import { reportConflict } from "@causeway/bridge/l1/reportConflict";
import { readCertificate, type SealedCheckpoint } from "@causeway/bridge/sidechain/readCertificate";
import { claimWithdrawal } from "@causeway/bridge/transfers/claimWithdrawal";
import { withdrawalStatus } from "@causeway/bridge/transfers/withdrawalStatus";
import { withdrawEth } from "@causeway/bridge/transfers/withdrawEth";
import { genesisBacking } from "@causeway/protocol/genesisBacking";
import type { Address } from "@causeway/protocol/hex";
import { parseEther, Wallet } from "ethers";
import { pino } from "pino";
import { startRelayer } from "../src/startRelayer.js";
import { DEEP_EPOCH_SLOTS, startTestBridge, type TestBridge } from "./rig/testBridge.js";
import { until } from "./rig/until.js";

describe("without any relayer", () => {
  let bridge: TestBridge;

  before(async () => {
    bridge = await startTestBridge(DEEP_EPOCH_SLOTS);
  });

  after(() => bridge?.stop());

  const isCode = (code: string) => (error: BridgeError) => error.code === code;
  const newestCertificate = async () =>
    (await readCertificate(bridge.sides.sidechain, "latest")) as SealedCheckpoint;

  it("a user carries the checkpoint and claims alone", async () => {
    const { sides, l1User, sidechainUser } = bridge;
    const recipient = Wallet.createRandom().address.toLowerCase() as Address;
    const burned = await withdrawEth(sidechainUser, { recipient, amount: parseEther("2") });
    const { nonce } = burned.message;
    assert.equal((await withdrawalStatus(sides, burned)).state, "certified");
    await assert.rejects(claimWithdrawal(sides, l1User, nonce), isCode("NotYetProvable"));

    await bridge.submitCheckpoint(await newestCertificate());
    assert.equal((await withdrawalStatus(sides, burned)).state, "checkpointSent");
    await bridge.finalizeL1();
    assert.equal((await withdrawalStatus(sides, burned)).state, "claimable");
    await claimWithdrawal(sides, l1User, nonce);
    assert.equal((await withdrawalStatus(sides, burned)).state, "claimed");
    await assert.rejects(claimWithdrawal(sides, l1User, nonce), isCode("TransactionFailed"));
    assert.equal(
      BigInt(String(await sides.l1.send("eth_getBalance", [recipient, "latest"]))),
      parseEther("2"),
    );
    await bridge.requireSolvent();
  });

  it("anyone freezes the view with two certificates that exclude each other, and carriers stop submitting (B6)", async () => {
    const { sides, l1User, genesis, carriers } = bridge;
    const honest = await newestCertificate();
    await assert.rejects(reportConflict(sides.bridge, l1User, honest, honest), /NoConflict|revert/);
    await reportConflict(sides.bridge, l1User, honest, await bridge.forge(honest));

    const carrierKey = carriers[0] as Wallet;
    const config = await bridge.relayerConfig(["carry"], { heartbeatSeconds: 1 });
    const carrier = await startRelayer({ config, genesis, carrierKey, logger: pino({ level: "silent" }) });
    const checkpoint = () => carrier.status().steps.find(({ name }) => name === "checkpoint");
    await until("checkpoints halted", () => checkpoint()?.state === "halted");
    assert.equal(checkpoint()?.alarm, "ViewFrozen");
    await carrier.stop();
  });

  it("a Vault that lost its money is seen (B15)", async () => {
    const { sides, genesis } = bridge;
    await sides.l1.send("anvil_setBalance", [sides.bridge.vault, "0x1"]);
    await until("seen", async () => {
      const [eth] = await readSolvency(sides, genesisBacking(genesis));
      return eth?.ok === false && /Vault holds 1, locked/.test(eth.failures.join());
    });
  });
});
