import assert from "node:assert/strict";
import { OUTBOX } from "@causeway/bridge/contractInterfaces";
import { sentMessage } from "@causeway/bridge/messages/sentMessage";
import { sendTransaction } from "@causeway/bridge/rpc/sendTransaction";
import { depositEth } from "@causeway/bridge/transfers/depositEth";
import { depositStatus } from "@causeway/bridge/transfers/depositStatus";
import { ERC20_TRANSFER_GAS_LIMIT } from "@causeway/protocol/bridgeMessage";
import type { Address, Hex } from "@causeway/protocol/hex";
import { PREDEPLOYS } from "@causeway/protocol/predeploys";
import { ETH_TOKEN, encodeDeposit } from "@causeway/protocol/transferData";
import { parseEther, Wallet } from "ethers";
import { pino } from "pino";
import { type Relayer, startRelayer } from "../src/startRelayer.js";
import { DEEP_EPOCH_SLOTS, startTestBridge, type TestBridge } from "./rig/testBridge.js";
import { until } from "./rig/until.js";

const logger = pino({ level: "silent" });

describe("a deposit's states, each waiting for its next actor", () => {
  let bridge: TestBridge;
  const relayers: Relayer[] = [];

  before(async () => {
    bridge = await startTestBridge(DEEP_EPOCH_SLOTS);
  });

  after(async () => {
    await Promise.all(relayers.map((relayer) => relayer.stop()));
    await bridge?.stop();
  });

  const startAttester = async (index: number) => {
    const config = await bridge.relayerConfig(["attest"]);
    const attesterKey = bridge.attesters[index] as Wallet;
    relayers.push(await startRelayer({ config, genesis: bridge.genesis, attesterKey, logger }));
  };

  it("seen, final, attested by some, attested by a quorum, delivered", async () => {
    const { sides, l1User, genesis, carriers } = bridge;
    const recipient = Wallet.createRandom().address.toLowerCase() as Address;
    const sent = await depositEth(sides.bridge, l1User, { recipient, amount: parseEther("1") });
    const seen = await depositStatus(sides, sent);
    assert.ok(seen.state === "seen" && seen.blocksToFinality > 0);
    await bridge.finalizeL1();
    assert.deepEqual(await depositStatus(sides, sent), { state: "final", next: "attesters", need: 2 });

    await startAttester(0);
    await until("a vote", async () => (await depositStatus(sides, sent)).state === "attested");
    const some = { state: "attested", next: "attesters", votes: 1, need: 2 };
    assert.deepEqual(await depositStatus(sides, sent), some);
    await startAttester(1);
    const all = { state: "attested", next: "carrier", votes: 2, need: 2 };
    await until("a quorum", async () => (await depositStatus(sides, sent)).next === "carrier");
    assert.deepEqual(await depositStatus(sides, sent), all);

    const config = await bridge.relayerConfig(["carry"]);
    relayers.push(await startRelayer({ config, genesis, carrierKey: carriers[0] as Wallet, logger }));
    await until("delivery", async () => (await depositStatus(sides, sent)).state === "delivered");
  });

  it("a forged mint is delivered as failed, credits nothing, and holds nobody up (B2)", async () => {
    const { sides, l1User } = bridge;
    const thief = Wallet.createRandom().address.toLowerCase() as Address;
    const claim = {
      originChainId: BigInt(sides.bridge.l1ChainId),
      originToken: ETH_TOKEN,
      from: thief,
      to: thief,
      amount: parseEther("5"),
      name: "Ether",
      symbol: "ETH",
      decimals: 18,
    };
    const args = [PREDEPLOYS.mint, ERC20_TRANSFER_GAS_LIMIT, encodeDeposit(claim)];
    const data = OUTBOX.encodeFunctionData("send", args) as Hex;
    const forged = sentMessage(
      await sendTransaction(l1User, { to: sides.bridge.outbox, data }),
      sides.bridge.outbox,
    );
    const recipient = Wallet.createRandom().address.toLowerCase() as Address;
    const honest = await depositEth(sides.bridge, l1User, { recipient, amount: parseEther("1") });
    await bridge.finalizeL1();
    await until(
      "the honest one behind it",
      async () => (await depositStatus(sides, honest)).state === "delivered",
    );
    assert.deepEqual(await depositStatus(sides, forged), { state: "failed", next: "anyone" });
    assert.equal(await sides.sidechain.send("eth_getBalance", [thief, "latest"]), "0x0");
    await bridge.requireSolvent();
  });
});
