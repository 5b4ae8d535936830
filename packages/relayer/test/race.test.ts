import assert from "node:assert/strict";
import type { SentMessage } from "@causeway/bridge/messages/decodeMessageSent";
import { depositEth } from "@causeway/bridge/transfers/depositEth";
import { depositStatus } from "@causeway/bridge/transfers/depositStatus";
import { withdrawalStatus } from "@causeway/bridge/transfers/withdrawalStatus";
import { withdrawEth } from "@causeway/bridge/transfers/withdrawEth";
import type { Address } from "@causeway/protocol/hex";
import { parseEther, Wallet } from "ethers";
import { pino } from "pino";
import { type Relayer, startRelayer } from "../src/startRelayer.js";
import { RelayerProcess } from "./rig/relayerProcess.js";
import { startTestBridge, type TestBridge } from "./rig/testBridge.js";
import { until } from "./rig/until.js";

const TRANSFERS_EACH_WAY = 10;
const AMOUNT_WEI = parseEther("0.01");

describe("two carriers at once", () => {
  let bridge: TestBridge;
  const attesters: Relayer[] = [];
  let carriers: RelayerProcess[] = [];

  before(async () => {
    bridge = await startTestBridge();
    for (const attesterKey of bridge.attesters.slice(0, 2)) {
      const config = await bridge.relayerConfig(["attest"]);
      attesters.push(
        await startRelayer({
          config,
          genesis: bridge.genesis,
          attesterKey,
          logger: pino({ level: "silent" }),
        }),
      );
    }
    const configs = await Promise.all(bridge.carriers.map(() => bridge.relayerConfig(["carry"])));
    carriers = bridge.carriers.map(({ privateKey }, i) =>
      RelayerProcess.start({
        config: configs[i] as (typeof configs)[0],
        genesis: bridge.genesis,
        carrierKey: privateKey,
      }),
    );
  });

  after(async () => {
    await Promise.all(carriers.map((carrier) => carrier.kill()));
    await Promise.all(attesters.map((attester) => attester.stop()));
    await bridge?.stop();
  });

  it("credit and release each of twenty transfers exactly once, and both end with 0", async () => {
    const { sides, l1User, sidechainUser } = bridge;
    const recipient = Wallet.createRandom().address.toLowerCase() as Address;
    const deposits: SentMessage[] = [];
    const withdrawals: SentMessage[] = [];
    for (let i = 0; i < TRANSFERS_EACH_WAY; i++) {
      const [deposit, withdrawal] = await Promise.all([
        depositEth(sides.bridge, l1User, { recipient, amount: AMOUNT_WEI }),
        withdrawEth(sidechainUser, { recipient, amount: AMOUNT_WEI }),
      ]);
      deposits.push(deposit);
      withdrawals.push(withdrawal);
    }
    for (const sent of deposits) {
      await until("deposit delivered", async () => (await depositStatus(sides, sent)).state === "delivered");
    }
    for (const sent of withdrawals) {
      await until(
        "withdrawal claimed",
        async () => (await withdrawalStatus(sides, sent)).state === "claimed",
      );
    }
    const ends = await Promise.all(carriers.map((carrier) => carrier.stop()));
    assert.deepEqual(ends, [
      { code: 0, signal: null },
      { code: 0, signal: null },
    ]);
    const total = AMOUNT_WEI * BigInt(TRANSFERS_EACH_WAY);
    assert.equal(BigInt(String(await sides.sidechain.send("eth_getBalance", [recipient, "latest"]))), total);
    assert.equal(BigInt(String(await sides.l1.send("eth_getBalance", [recipient, "latest"]))), total);
    await bridge.requireSolvent();
  });
});
