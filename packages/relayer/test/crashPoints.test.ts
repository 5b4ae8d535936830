import assert from "node:assert/strict";
import { depositEth } from "@causeway/bridge/transfers/depositEth";
import { depositStatus } from "@causeway/bridge/transfers/depositStatus";
import { withdrawalStatus } from "@causeway/bridge/transfers/withdrawalStatus";
import { withdrawEth } from "@causeway/bridge/transfers/withdrawEth";
import type { Address } from "@causeway/protocol/hex";
import { parseEther, Wallet } from "ethers";
import { pino } from "pino";
import { CRASH_POINTS } from "../src/crashPoints.js";
import { type Relayer, startRelayer } from "../src/startRelayer.js";
import { RelayerProcess } from "./rig/relayerProcess.js";
import { startTestBridge, type TestBridge } from "./rig/testBridge.js";
import { until } from "./rig/until.js";

const DEPOSIT_WEI = parseEther("1");
const WITHDRAWAL_WEI = parseEther("0.25");

describe("a relayer killed with -9 at each named step", function () {
  // A bound on waiting, for machines that are busy: it starts a process for each step.
  this.timeout(600_000);
  let bridge: TestBridge;
  let secondAttester: Relayer;
  let relayer: RelayerProcess | undefined;

  before(async () => {
    bridge = await startTestBridge();
    secondAttester = await startRelayer({
      config: await bridge.relayerConfig(["attest"]),
      genesis: bridge.genesis,
      attesterKey: bridge.attesters[1] as Wallet,
      logger: pino({ level: "silent" }),
    });
  });

  after(async () => {
    await relayer?.kill();
    await secondAttester?.stop();
    await bridge?.stop();
  });

  it("carries one transfer each way through all of them, losing and doubling nothing", async () => {
    const { sides, l1User, sidechainUser } = bridge;
    const recipient = Wallet.createRandom().address.toLowerCase() as Address;
    const config = await bridge.relayerConfig(["attest", "carry"]);
    const start = (crashAt?: (typeof CRASH_POINTS)[number]) =>
      RelayerProcess.start({
        config: crashAt === undefined ? config : { ...config, crashAt },
        genesis: bridge.genesis,
        attesterKey: (bridge.attesters[0] as Wallet).privateKey,
        carrierKey: (bridge.carriers[0] as Wallet).privateKey,
      });

    const killAt = async (kinds: readonly string[]) => {
      for (const point of CRASH_POINTS.filter((one) => kinds.some((kind) => one.startsWith(`${kind}.`)))) {
        relayer = start(point);
        const { signal } = await relayer.ended;
        assert.equal(signal, "SIGKILL", `must die at ${point}`);
        await bridge.requireSolvent();
      }
    };

    const deposit = await depositEth(sides.bridge, l1User, { recipient, amount: DEPOSIT_WEI });
    await killAt(["vote", "deliver"]);
    assert.equal((await depositStatus(sides, deposit)).state, "delivered");
    const withdrawal = await withdrawEth(sidechainUser, { recipient, amount: WITHDRAWAL_WEI });
    await killAt(["checkpoint", "claim"]);
    assert.equal((await withdrawalStatus(sides, withdrawal)).state, "claimed");

    const second = await depositEth(sides.bridge, l1User, { recipient, amount: DEPOSIT_WEI });
    relayer = start();
    await until("a later deposit", async () => (await depositStatus(sides, second)).state === "delivered");
    assert.deepEqual(await relayer.stop(), { code: 0, signal: null });
    const credited = BigInt(String(await sides.sidechain.send("eth_getBalance", [recipient, "latest"])));
    const released = BigInt(String(await sides.l1.send("eth_getBalance", [recipient, "latest"])));
    assert.equal(credited, DEPOSIT_WEI * 2n);
    assert.equal(released, WITHDRAWAL_WEI);
    await bridge.requireSolvent();
  });
});
