import assert from "node:assert/strict";
import { readSidechainView } from "@causeway/bridge/l1/readSidechainView";
import { withdrawalStatus } from "@causeway/bridge/transfers/withdrawalStatus";
import { withdrawEth } from "@causeway/bridge/transfers/withdrawEth";
import type { Address } from "@causeway/protocol/hex";
import { PREDEPLOYS, VALIDATOR_SET_SLOTS } from "@causeway/protocol/predeploys";
import { validatorSetHash } from "@causeway/protocol/validatorSet";
import { keccak256, parseEther, toBeHex, Wallet, zeroPadValue } from "ethers";
import { pino } from "pino";
import { type Relayer, startRelayer } from "../src/startRelayer.js";
import { addressOf } from "./rig/accounts.js";
import { startTestBridge, type TestBridge } from "./rig/testBridge.js";
import { until } from "./rig/until.js";

describe("the validator set changes", () => {
  let bridge: TestBridge;
  let carrier: Relayer;

  before(async function () {
    this.timeout(60_000);
    bridge = await startTestBridge();
    const config = await bridge.relayerConfig(["carry"]);
    const carrierKey = bridge.carriers[0] as Wallet;
    carrier = await startRelayer({
      config,
      genesis: bridge.genesis,
      carrierKey,
      logger: pino({ level: "silent" }),
    });
  });

  after(async function () {
    this.timeout(20_000);
    await carrier?.stop();
    await bridge?.stop();
  });

  async function writeList(set: readonly Address[]): Promise<void> {
    const base = BigInt(keccak256(toBeHex(VALIDATOR_SET_SLOTS.consensusKeys, 32)));
    for (const [i, member] of set.entries()) {
      const slot = toBeHex(base + BigInt(i), 32);
      await bridge.sidechainAnvil.send("anvil_setStorageAt", [
        PREDEPLOYS.validatorSet,
        slot,
        zeroPadValue(member, 32),
      ]);
    }
  }

  it("and L1 learns of it at once, without anything else waiting (V5)", async function () {
    this.timeout(60_000);
    const { sides, validators, spareValidators, sidechainUser } = bridge;
    const view = () => readSidechainView(sides.l1, sides.bridge.view, "latest");
    assert.equal((await view()).validatorSetHash, validatorSetHash(validators));
    const [, ...kept] = validators;
    const changed = [...kept, ...spareValidators.map(addressOf)].toSorted();
    await writeList(changed);
    await until("L1 follows", async () => (await view()).validatorSetHash === validatorSetHash(changed));

    await writeList(validators);
    await until("and back", async () => (await view()).validatorSetHash === validatorSetHash(validators));
    const recipient = Wallet.createRandom().address.toLowerCase() as Address;
    const burned = await withdrawEth(sidechainUser, { recipient, amount: parseEther("1") });
    await until("released", async () => (await withdrawalStatus(sides, burned)).state === "claimed");
    await bridge.requireSolvent();
  });
});
