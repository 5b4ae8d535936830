import assert from "node:assert/strict";
import { BRIDGED_ERC20 } from "@causeway/bridge/contractInterfaces";
import { bridgedToken } from "@causeway/bridge/deployment/bridgedToken";
import { callUint } from "@causeway/bridge/rpc/callContract";
import { depositErc20 } from "@causeway/bridge/transfers/depositErc20";
import { depositEth } from "@causeway/bridge/transfers/depositEth";
import { depositStatus } from "@causeway/bridge/transfers/depositStatus";
import { withdrawalStatus } from "@causeway/bridge/transfers/withdrawalStatus";
import { withdrawErc20 } from "@causeway/bridge/transfers/withdrawErc20";
import { withdrawEth } from "@causeway/bridge/transfers/withdrawEth";
import type { Address } from "@causeway/protocol/hex";
import { parseEther, Wallet } from "ethers";
import { pino } from "pino";
import { type Relayer, startRelayer } from "../src/startRelayer.js";
import { startTestBridge, type TestBridge } from "./rig/testBridge.js";
import { until } from "./rig/until.js";

const logger = pino({ level: process.env.LOG_LEVEL ?? "silent" });

describe("a crossing over two real chains", () => {
  let bridge: TestBridge;
  const relayers: Relayer[] = [];

  before(async () => {
    bridge = await startTestBridge();
    for (const attesterKey of bridge.attesters) {
      const config = await bridge.relayerConfig(["attest"]);
      relayers.push(await startRelayer({ config, genesis: bridge.genesis, attesterKey, logger }));
    }
    const config = await bridge.relayerConfig(["carry"]);
    const carrierKey = bridge.carriers[0] as Wallet;
    relayers.push(await startRelayer({ config, genesis: bridge.genesis, carrierKey, logger }));
  });

  after(async () => {
    await Promise.all(relayers.map((relayer) => relayer.stop()));
    await bridge?.stop();
  });

  it("ETH and an ERC-20 go in and come back, each step solvent (B15)", async () => {
    const { sides, l1User, sidechainUser } = bridge;
    const recipient = Wallet.createRandom().address.toLowerCase() as Address;
    const balance = async (reader: typeof sides.l1, address: Address) =>
      BigInt(String(await reader.send("eth_getBalance", [address, "latest"])));

    const eth = await depositEth(sides.bridge, l1User, { recipient, amount: parseEther("1") });
    const token = await bridge.deployToken(parseEther("1000"));
    const user = sidechainUser.address.toLowerCase() as Address;
    const erc20 = await depositErc20(sides.bridge, l1User, { token, recipient: user, amount: 100n });
    await bridge.requireSolvent([token]);
    await until(
      "both deposits delivered",
      async () => (await depositStatus(sides, erc20)).state === "delivered",
    );
    assert.equal((await depositStatus(sides, eth)).state, "delivered");
    assert.equal(await balance(sides.sidechain, recipient), parseEther("1"));
    const minted = bridgedToken(sides.bridge.l1ChainId, token);
    assert.equal(await callUint(sides.sidechain, minted, BRIDGED_ERC20, "balanceOf", [user]), 100n);
    await bridge.requireSolvent([token]);

    const out = await withdrawErc20(sidechainUser, { token: minted, recipient, amount: 40n });
    const ethOut = await withdrawEth(sidechainUser, { recipient, amount: parseEther("0.4") });
    await bridge.requireSolvent([token]);
    await until(
      "both withdrawals claimed",
      async () => (await withdrawalStatus(sides, ethOut)).state === "claimed",
    );
    await until("the other one too", async () => (await withdrawalStatus(sides, out)).state === "claimed");
    assert.equal(await balance(sides.l1, recipient), parseEther("0.4"));
    assert.equal(await callUint(sides.l1, token, BRIDGED_ERC20, "balanceOf", [recipient]), 40n);
    await bridge.requireSolvent([token]);
  });

  it("serves its status and metrics", async () => {
    const carrier = relayers[3];
    const url = carrier?.statusUrl;
    // A step may fail for a moment, and is tried again.
    await until(
      "every step works",
      () => carrier?.status().steps.every(({ state }) => state === "running") ?? false,
    );
    const status = (await (await fetch(`${url}/status`)).json()) as {
      steps: { name: string; state: string }[];
    };
    assert.deepEqual(
      status.steps.map(({ name, state }) => [name, state]),
      ["deliver", "retryDelivery", "checkpoint", "claim", "retryClaim", "conflict", "balance"].map((name) => [
        name,
        "running",
      ]),
    );
    const metrics = await (await fetch(`${url}/metrics`)).text();
    assert.match(metrics, /causeway_relayer_progress\{step="deliver",what="delivered"\} 2/);
    assert.match(metrics, /causeway_relayer_transactions_total\{kind="claim",stage="broadcast"\} [1-9]/);
  });
});
