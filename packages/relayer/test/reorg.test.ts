import assert from "node:assert/strict";
import { revertData } from "@causeway/bridge/bridgeError";
import { SIDECHAIN_VIEW } from "@causeway/bridge/contractInterfaces";
import { encodeSubmitCheckpoint } from "@causeway/bridge/encodeCalls";
import { readInboxCount } from "@causeway/bridge/messages/readInboxes";
import { readCertificate, type SealedCheckpoint } from "@causeway/bridge/sidechain/readCertificate";
import { readAcceptedObservation } from "@causeway/bridge/sidechain/readEthereumView";
import { readHeader } from "@causeway/bridge/sidechain/readHeader";
import { depositEth } from "@causeway/bridge/transfers/depositEth";
import { depositStatus } from "@causeway/bridge/transfers/depositStatus";
import { withdrawalStatus } from "@causeway/bridge/transfers/withdrawalStatus";
import { withdrawEth } from "@causeway/bridge/transfers/withdrawEth";
import type { Address } from "@causeway/protocol/hex";
import { parseEther, Wallet } from "ethers";
import { pino } from "pino";
import { type Relayer, startRelayer } from "../src/startRelayer.js";
import { DEEP_EPOCH_SLOTS, startTestBridge, type TestBridge } from "./rig/testBridge.js";
import { until } from "./rig/until.js";

const logger = pino({ level: "silent" });
/** Far fewer than make a block final with deep epochs, and time enough to act rashly. */
const UNFINAL_BLOCKS = 12;
/** anvil takes whole seconds once it runs. */
const RESUMED_BLOCK_SECONDS = 1;
const ONE_ETHER = parseEther("1");

describe("L1 reorganizes", () => {
  let bridge: TestBridge | undefined;
  let relayers: Relayer[] = [];

  async function start(slotsInAnEpoch: number): Promise<TestBridge> {
    bridge = await startTestBridge(slotsInAnEpoch);
    const { genesis, attesters, carriers } = bridge;
    const attestConfigs = await Promise.all(attesters.map(() => startTestConfig(["attest"])));
    for (const [i, attesterKey] of attesters.entries()) {
      const config = attestConfigs[i] as (typeof attestConfigs)[0];
      relayers.push(await startRelayer({ config, genesis, attesterKey, logger }));
    }
    const carrierKey = carriers[0] as Wallet;
    relayers.push(
      await startRelayer({ config: await startTestConfig(["carry"]), genesis, carrierKey, logger }),
    );
    return bridge;
  }

  const startTestConfig = (roles: readonly string[]) => (bridge as TestBridge).relayerConfig(roles);

  /** Replace the block with this number, which holds something, and all after it; what they held is gone. */
  async function replaceFrom({ sides: { l1 } }: TestBridge, blockNumber: number): Promise<void> {
    const { hash } = await readHeader(l1, blockNumber);
    // A block mined between the look and the reorg makes that too shallow.
    await l1.send("evm_setIntervalMining", [0]);
    while ((await readHeader(l1, blockNumber)).hash === hash) {
      const latest = await readHeader(l1, "latest");
      await l1.send("anvil_reorg", [latest.number - blockNumber + 1, []]);
    }
    await l1.send("evm_setIntervalMining", [RESUMED_BLOCK_SECONDS]);
  }

  async function blocksPass({ sides }: TestBridge, blocks: number): Promise<void> {
    const { number } = await readHeader(sides.l1, "latest");
    await until("blocks", async () => (await readHeader(sides.l1, "latest")).number >= number + blocks);
  }

  const freshAccount = () => Wallet.createRandom().address.toLowerCase() as Address;
  const statusOf = (name: string) =>
    relayers.flatMap((relayer) => relayer.status().steps.filter((step) => step.name === name));

  const attestersThatVoted = () =>
    relayers
      .flatMap((relayer) => relayer.status().accounts)
      .filter(({ transactions }) => transactions.some((key) => key.startsWith("vote:"))).length;

  /** L1 block in which the newest checkpoint was accepted. */
  async function newestCheckpointBlock({ sides: { l1, bridge } }: TestBridge): Promise<number> {
    const topics = SIDECHAIN_VIEW.encodeFilterTopics("CheckpointAccepted", []);
    const filter = { address: bridge.view, topics, fromBlock: "0x0", toBlock: "latest" };
    const logs = (await l1.send("eth_getLogs", [filter])) as readonly { blockNumber: string }[];
    return Number(logs.at(-1)?.blockNumber ?? assert.fail("no checkpoint"));
  }

  afterEach(async () => {
    await Promise.all(relayers.map((relayer) => relayer.stop()));
    relayers = [];
    await bridge?.stop();
    bridge = undefined;
  });

  it("before the deposit is final: nothing is minted, and the next deposit is", async () => {
    const world = await start(DEEP_EPOCH_SLOTS);
    const { sides, l1User } = world;
    const removed = freshAccount();
    const lost = await depositEth(sides.bridge, l1User, { recipient: removed, amount: ONE_ETHER });
    await blocksPass(world, UNFINAL_BLOCKS);
    assert.equal((await depositStatus(sides, lost)).state, "seen");
    await replaceFrom(world, lost.blockNumber);
    const kept = freshAccount();
    const next = await depositEth(sides.bridge, l1User, { recipient: kept, amount: ONE_ETHER });
    assert.equal(next.message.nonce, lost.message.nonce);
    await world.finalizeL1();
    await until(
      "the next deposit delivered",
      async () => (await depositStatus(sides, next)).state === "delivered",
    );
    assert.equal(await readInboxCount(sides.sidechain), 1);
    assert.equal(await sides.sidechain.send("eth_getBalance", [removed, "latest"]), "0x0");
    assert.equal(BigInt(String(await sides.sidechain.send("eth_getBalance", [kept, "latest"]))), ONE_ETHER);
    await world.requireSolvent();
  });

  it("is waited for: no claim leans on a checkpoint that is not final", async () => {
    const world = await start(DEEP_EPOCH_SLOTS);
    const { sides, sidechainUser } = world;
    const recipient = freshAccount();
    const burned = await withdrawEth(sidechainUser, { recipient, amount: ONE_ETHER });
    await until("checkpoint sent", async () => (await withdrawalStatus(sides, burned)).state !== "certified");
    await blocksPass(world, UNFINAL_BLOCKS);
    assert.equal((await withdrawalStatus(sides, burned)).state, "checkpointSent");
    await world.finalizeL1();
    await until("released", async () => (await withdrawalStatus(sides, burned)).state === "claimed");
  });

  it("past finality after minting: attesters stop, L1 answers InboxFork, the Vault keeps its money", async () => {
    const world = await start(1);
    const { sides, sidechainAnvil, l1User, sidechainUser, carriers } = world;
    // No vote counts before all three are given: whoever comes after a quorum has none to regret.
    await sidechainAnvil.send("evm_setIntervalMining", [0]);
    const deposit = await depositEth(sides.bridge, l1User, { recipient: freshAccount(), amount: ONE_ETHER });
    await until("three votes given", () => attestersThatVoted() === 3);
    await sidechainAnvil.send("evm_setIntervalMining", [RESUMED_BLOCK_SECONDS]);
    await until("deposit delivered", async () => (await depositStatus(sides, deposit)).state === "delivered");
    await replaceFrom(world, deposit.blockNumber);
    const vaultBefore = await sides.l1.send("eth_getBalance", [sides.bridge.vault, "latest"]);
    await until("attesters stopped", () => statusOf("attest").every(({ state }) => state === "halted"));
    assert.deepEqual(
      statusOf("attest").map(({ alarm }) => alarm),
      ["FinalBlockReplaced", "FinalBlockReplaced", "FinalBlockReplaced"],
    );

    const recipient = freshAccount();
    const burned = await withdrawEth(sidechainUser, { recipient, amount: ONE_ETHER });
    await until("alarm of the carrier", () =>
      statusOf("checkpoint").some(({ alarm }) => alarm === "InboxFork"),
    );
    const sealed = (await readCertificate(sides.sidechain, "latest")) as SealedCheckpoint;
    const call = {
      from: (carriers[0] as Wallet).address,
      to: sides.bridge.view,
      data: encodeSubmitCheckpoint(sealed, []),
    };
    const refusal = await sides.l1
      .send("eth_call", [call, "latest"])
      .catch((error: unknown) => revertData(error));
    assert.equal(SIDECHAIN_VIEW.parseError(String(refusal))?.name, "InboxFork");
    assert.equal((await withdrawalStatus(sides, burned)).state, "certified");
    assert.equal(await sides.l1.send("eth_getBalance", [sides.bridge.vault, "latest"]), vaultBefore);
    assert.equal(await sides.l1.send("eth_getBalance", [recipient, "latest"]), "0x0");
  });

  it("under a claim's checkpoint: the carrier sends it again and the withdrawal is released once", async () => {
    const world = await start(DEEP_EPOCH_SLOTS);
    const { sides, sidechainUser } = world;
    const recipient = freshAccount();
    const burned = await withdrawEth(sidechainUser, { recipient, amount: ONE_ETHER });
    const isSent = async () => (await withdrawalStatus(sides, burned)).state === "checkpointSent";
    await until("checkpoint on L1", isSent);
    await replaceFrom(world, await newestCheckpointBlock(world));
    await until("checkpoint on L1 again", isSent);
    await world.finalizeL1();
    await until("released", async () => (await withdrawalStatus(sides, burned)).state === "claimed");
    assert.equal(BigInt(String(await sides.l1.send("eth_getBalance", [recipient, "latest"]))), ONE_ETHER);
    assert.equal((await readAcceptedObservation(sides.sidechain)).outboxCount, 0);
    await world.requireSolvent();
  });
});
