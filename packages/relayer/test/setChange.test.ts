import assert from "node:assert/strict";
import { VALIDATOR_SET } from "@causeway/bridge/contractInterfaces";
import { readSidechainView } from "@causeway/bridge/l1/readSidechainView";
import { callHex } from "@causeway/bridge/rpc/callContract";
import { quantity } from "@causeway/bridge/rpc/rpcReader";
import { readHeader } from "@causeway/bridge/sidechain/readHeader";
import { withdrawalStatus } from "@causeway/bridge/transfers/withdrawalStatus";
import { withdrawEth } from "@causeway/bridge/transfers/withdrawEth";
import type { Address } from "@causeway/protocol/hex";
import { PREDEPLOYS } from "@causeway/protocol/predeploys";
import { readyDigest } from "@causeway/protocol/ready";
import { validatorSetHash } from "@causeway/protocol/validatorSet";
import { parseEther, Wallet } from "ethers";
import { pino } from "pino";
import { type Relayer, startRelayer } from "../src/startRelayer.js";
import { addressOf } from "./rig/accounts.js";
import { startTestBridge, type TestBridge } from "./rig/testBridge.js";
import { until } from "./rig/until.js";

describe("the validator set changes", () => {
  let bridge: TestBridge;
  let carrier: Relayer;

  before(async () => {
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

  after(async () => {
    await carrier?.stop();
    await bridge?.stop();
  });

  /** V4: the operator of `oldKey` puts `newKey` in its place, in one transaction. */
  async function rotate(oldKey: Address, newKey: Wallet): Promise<void> {
    const { sidechainAnvil: anvil, genesis } = bridge;
    const candidate = addressOf(newKey);
    const operator = await callHex(anvil, PREDEPLOYS.validatorSet, VALIDATOR_SET, "operatorOf", [oldKey]);
    const { number, hash: recentBlockHash } = await readHeader(anvil, "latest");
    const ready = newKey.signingKey.sign(readyDigest(genesis.config.chainId, { candidate, recentBlockHash }));
    const args = [oldKey, candidate, number, ready.serialized];
    const data = VALIDATOR_SET.encodeFunctionData("rotate", args);
    await anvil.send("anvil_setBalance", [operator, quantity(parseEther("1"))]);
    await anvil.send("anvil_impersonateAccount", [operator]);
    const call = { from: operator, to: PREDEPLOYS.validatorSet, data };
    const transaction = await anvil.send("eth_sendTransaction", [call]);
    await until(`${oldKey} rotated`, async () => {
      const receipt = (await anvil.send("eth_getTransactionReceipt", [transaction])) as {
        status: string;
      } | null;
      if (receipt?.status === "0x0") throw new Error(`rotating ${oldKey} to ${candidate} reverted`);
      return receipt !== null;
    });
  }

  it("and L1 learns of it at once, without anything else waiting (V5)", async () => {
    const { sides, validators, validatorKeys, spareValidators, sidechainUser } = bridge;
    const onL1 = async () =>
      (await readSidechainView(sides.l1, sides.bridge.view, "latest")).validatorSetHash;
    const [first, second, ...others] = validators as readonly [Address, Address, ...Address[]];
    const spare = spareValidators[0] as Wallet;
    assert.equal(await onL1(), validatorSetHash(validators));
    await rotate(first, spare);
    const once = validatorSetHash([second, ...others, addressOf(spare)].toSorted());
    await until("L1 follows", async () => (await onL1()) === once);

    await rotate(second, validatorKeys[0] as Wallet);
    const twice = validatorSetHash([first, ...others, addressOf(spare)].toSorted());
    await until("L1 follows again", async () => (await onL1()) === twice);
    const recipient = Wallet.createRandom().address.toLowerCase() as Address;
    const burned = await withdrawEth(sidechainUser, { recipient, amount: parseEther("1") });
    await until("released", async () => (await withdrawalStatus(sides, burned)).state === "claimed");
    await bridge.requireSolvent();
  });
});
