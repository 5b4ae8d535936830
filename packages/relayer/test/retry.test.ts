import assert from "node:assert/strict";
import { VAULT } from "@causeway/bridge/contractInterfaces";
import { encodeClaim } from "@causeway/bridge/encodeCalls";
import { findAcceptedCheckpoint } from "@causeway/bridge/l1/findAcceptedCheckpoint";
import { readFinalView } from "@causeway/bridge/l1/readFinalView";
import type { SentMessage } from "@causeway/bridge/messages/decodeMessageSent";
import { OutboxMirror } from "@causeway/bridge/messages/outboxMirror";
import type { RpcReader } from "@causeway/bridge/rpc/rpcReader";
import { sendTransaction } from "@causeway/bridge/rpc/sendTransaction";
import { readCertificate, type SealedCheckpoint } from "@causeway/bridge/sidechain/readCertificate";
import { depositEth } from "@causeway/bridge/transfers/depositEth";
import { depositStatus } from "@causeway/bridge/transfers/depositStatus";
import { withdrawalStatus } from "@causeway/bridge/transfers/withdrawalStatus";
import { withdrawEth } from "@causeway/bridge/transfers/withdrawEth";
import type { Address, Hex } from "@causeway/protocol/hex";
import { PREDEPLOYS } from "@causeway/protocol/predeploys";
import { parseEther, Wallet } from "ethers";
import { pino } from "pino";
import { type CrashPoint, RETRY_CRASH_POINTS } from "../src/crashPoints.js";
import { type Relayer, startRelayer } from "../src/startRelayer.js";
import { BUSY_TOKEN, placeBusyToken } from "./rig/busyToken.js";
import { RelayerProcess } from "./rig/relayerProcess.js";
import { startTestBridge, type TestBridge } from "./rig/testBridge.js";
import { until } from "./rig/until.js";

const AMOUNT_WEI = parseEther("1");
/** Gas for a deposit that runs a claim. */
const BUSY_GAS = 2_000_000;
/** Code that reverts whatever is asked. */
const REVERTING_CODE = "0x5f5ffd";

const logger = pino({ level: "silent" });

describe("messages whose call failed (B3)", function () {
  // A bound on waiting, for machines that are busy: they start a process for each step.
  this.timeout(600_000);
  let bridge: TestBridge;
  let relayers: RelayerProcess[] = [];
  const inProcess: Relayer[] = [];

  before(async () => {
    bridge = await startTestBridge();
    for (const attesterKey of bridge.attesters.slice(0, 2)) {
      const config = await bridge.relayerConfig(["attest"]);
      const { genesis } = bridge;
      inProcess.push(await startRelayer({ config, genesis, attesterKey, logger }));
    }
  });

  afterEach(async () => {
    await Promise.all(relayers.map((relayer) => relayer.kill()));
    relayers = [];
  });

  after(async () => {
    await Promise.all(inProcess.map((relayer) => relayer.stop()));
    await bridge?.stop();
  });

  const startCarrier = async (index: number, dataDir?: string, crashAt?: CrashPoint) => {
    const config = await bridge.relayerConfig(["carry"], {
      ...(dataDir === undefined ? {} : { dataDir }),
      ...(crashAt === undefined ? {} : { crashAt }),
    });
    const carrierKey = (bridge.carriers[index] as Wallet).privateKey;
    const relayer = RelayerProcess.start({ config, genesis: bridge.genesis, carrierKey });
    relayers.push(relayer);
    return relayer;
  };

  const balance = async (reader: RpcReader, account: Address) =>
    BigInt(String(await reader.send("eth_getBalance", [account, "latest"])));

  /** A withdrawal whose claim somebody ran while the Vault was busy. */
  const griefedWithdrawal = async (recipient: Address): Promise<SentMessage> => {
    const { sides, l1User, sidechainUser } = bridge;
    const burned = await withdrawEth(sidechainUser, { recipient, amount: AMOUNT_WEI });
    const certificate = (await readCertificate(sides.sidechain, "latest")) as SealedCheckpoint;
    await bridge.submitCheckpoint(certificate);
    await until("claimable", async () => (await withdrawalStatus(sides, burned)).state === "claimable");
    const { blockNumber, view } = await readFinalView(sides);
    const accepted = await findAcceptedCheckpoint(sides, (view?.records ?? 0) - 1, blockNumber);
    const { outboxRoot: root, outboxCount: count, height } = accepted.checkpoint;
    const mirror = new OutboxMirror(sides.sidechain, PREDEPLOYS.outbox);
    await mirror.syncTo({ root, count }, height);
    const claim = encodeClaim(mirror.prove(burned.message.nonce, count), accepted);
    await placeBusyToken(sides.l1, sides.bridge.inbox, claim);
    const deposit = VAULT.encodeFunctionData("depositERC20", [BUSY_TOKEN, 1, recipient]) as Hex;
    await sendTransaction(l1User, { to: sides.bridge.vault, data: deposit, gasLimit: BUSY_GAS });
    assert.equal((await withdrawalStatus(sides, burned)).state, "failed");
    assert.equal(await balance(sides.l1, recipient), 0n);
    return burned;
  };

  const randomAddress = () => Wallet.createRandom().address.toLowerCase() as Address;

  it("a griefed claim is retried and paid once, through a kill at each step", async () => {
    const { sides } = bridge;
    const recipient = randomAddress();
    const burned = await griefedWithdrawal(recipient);
    const { dataDir } = await bridge.relayerConfig(["carry"]);
    for (const point of RETRY_CRASH_POINTS.filter((one) => one.startsWith("retryClaim."))) {
      const { signal } = await (await startCarrier(0, dataDir, point)).ended;
      assert.equal(signal, "SIGKILL", `must die at ${point}`);
    }
    assert.equal((await withdrawalStatus(sides, burned)).state, "claimed");
    assert.equal(await balance(sides.l1, recipient), AMOUNT_WEI);
    await bridge.requireSolvent();
  });

  it("two carriers retry one griefed claim and pay it once", async () => {
    const { sides } = bridge;
    const recipient = randomAddress();
    const burned = await griefedWithdrawal(recipient);
    const both = await Promise.all([startCarrier(0), startCarrier(1)]);
    await until("paid", async () => (await withdrawalStatus(sides, burned)).state === "claimed");
    assert.equal(await balance(sides.l1, recipient), AMOUNT_WEI);
    const ends = await Promise.all(both.map((carrier) => carrier.stop()));
    assert.deepEqual(
      ends.map(({ code }) => code),
      [0, 0],
    );
    await bridge.requireSolvent();
  });

  it("a failed credit waits, costing nothing, until it can succeed, and is made once, through a kill at each step", async () => {
    const { sides, sidechainAnvil, l1User } = bridge;
    const recipient = randomAddress();
    const { dataDir } = await bridge.relayerConfig(["carry"]);
    const mintCode = await sidechainAnvil.send("eth_getCode", [PREDEPLOYS.mint, "latest"]);
    await sidechainAnvil.send("anvil_setCode", [PREDEPLOYS.mint, REVERTING_CODE]);
    const sent = await depositEth(sides.bridge, l1User, { recipient, amount: AMOUNT_WEI });
    const first = await startCarrier(0, dataDir);
    await until("failed", async () => (await depositStatus(sides, sent)).state === "failed");
    await first.stop();

    const nonce = async () =>
      sides.sidechain.send("eth_getTransactionCount", [(bridge.carriers[0] as Wallet).address, "latest"]);
    const sentBefore = await nonce();
    const idle = await startRelayer({
      config: await bridge.relayerConfig(["carry"], { dataDir }),
      genesis: bridge.genesis,
      carrierKey: bridge.carriers[0] as Wallet,
      logger,
    });
    inProcess.push(idle);
    const retrying = () => idle.status().steps.find(({ name }) => name === "retryDelivery");
    await until("it has looked at what failed", () => retrying()?.state === "running");
    // The head moves on while a simulation refuses: nothing is sent.
    const head = Number(await sides.sidechain.send("eth_blockNumber", []));
    await until(
      "eight blocks",
      async () => Number(await sides.sidechain.send("eth_blockNumber", [])) > head + 8,
    );
    await idle.stop();
    assert.equal(await nonce(), sentBefore);

    await sidechainAnvil.send("anvil_setCode", [PREDEPLOYS.mint, mintCode]);
    // One that has not tried yet does not wait between attempts.
    const fresh = await bridge.relayerConfig(["carry"]);
    for (const point of RETRY_CRASH_POINTS.filter((one) => one.startsWith("retryDelivery."))) {
      const { signal } = await (await startCarrier(0, fresh.dataDir, point)).ended;
      assert.equal(signal, "SIGKILL", `must die at ${point}`);
    }
    // The tokens' deposits of the tests before failed with it and may have been retried first.
    await startCarrier(0, fresh.dataDir);
    await until("credited", async () => (await depositStatus(sides, sent)).state === "delivered");
    assert.equal(await balance(sides.sidechain, recipient), AMOUNT_WEI);
    await bridge.requireSolvent();
  });
});
