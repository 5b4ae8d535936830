import assert from "node:assert/strict";
import { readSidechainView } from "@causeway/bridge/l1/readSidechainView";
import { readOutboxState } from "@causeway/bridge/messages/readOutbox";
import { depositEth } from "@causeway/bridge/transfers/depositEth";
import { withdrawEth } from "@causeway/bridge/transfers/withdrawEth";
import * as SidechainView from "@causeway/contracts/SidechainView";
import type { Cluster } from "@causeway/devnet/cluster";
import { waitFor } from "@causeway/devnet/waitFor";
import type { Hash } from "@causeway/protocol/hex";
import { Contract, concat, Interface, parseEther } from "ethers";
import { carrierStatus, stepOf } from "../support/carrierStatus.js";
import { verifiedCertificate } from "../support/certificate.js";
import { rpc } from "../support/rpc.js";
import { removeCluster, startBridged } from "../support/testCluster.js";
import { type Crosser, crosserOf } from "../support/transfers.js";

/** finalized = latest - 32 here, so that there is time to reorganize before finality. */
const SLOTS_IN_AN_EPOCH = 16;
const FINALITY_DEPTH = 2 * SLOTS_IN_AN_EPOCH;
const WAIT_TIMEOUT_MS = 180_000;

describe("L1 reorganizes (B5, B7)", () => {
  let cluster: Cluster;
  let user: Crosser;

  before(async () => {
    cluster = await startBridged({
      l1SlotsInAnEpoch: SLOTS_IN_AN_EPOCH,
      initArgs: ["--empty-block-period", "2"],
    });
    for (const relayer of [...cluster.carriers, ...cluster.attesters]) relayer.start();
    user = await crosserOf(cluster, 1);
  });
  after(async () => {
    user?.close();
    await removeCluster(cluster);
  });

  it("a deposit removed before it is final mints nothing", async () => {
    const before = await user.sidechain.getBalance(user.address);
    const gone = await depositEth(user.bridge, user.onL1, {
      recipient: user.address,
      amount: parseEther("7"),
    });
    await replaceFrom(gone.blockNumber);
    assert.equal(await outboxCount(), gone.message.nonce, "the reorg left the deposit in place");

    // Another deposit takes the nonce; once it has come through, the removed one had its chance.
    const kept = await depositEth(user.bridge, user.onL1, {
      recipient: user.address,
      amount: parseEther("2"),
    });
    assert.equal(kept.message.nonce, gone.message.nonce);
    await user.waitForCredit(kept.message.nonce);
    assert.equal(await user.sidechain.getBalance(user.address), before + parseEther("2"));
    assert.deepEqual(await user.insolvency(), []);
  });

  it("a reorg past finality after minting: L1 answers InboxFork and the Vault keeps its money", async () => {
    const minted = await depositEth(user.bridge, user.onL1, {
      recipient: user.address,
      amount: parseEther("3"),
    });
    await user.waitForCredit(minted.message.nonce);
    await Promise.all([...cluster.carriers, ...cluster.attesters].map((relayer) => relayer.stop()));

    assert.ok((await l1Height()) - minted.blockNumber > FINALITY_DEPTH, "the deposit is not final yet");
    await replaceFrom(minted.blockNumber);
    assert.equal(await outboxCount(), minted.message.nonce, "the reorg left the deposit in place");
    // The accumulator differs where L1 now holds another message at that count.
    await depositEth(user.bridge, user.onL1, { recipient: user.address, amount: parseEther("1") });
    const vault = await user.l1.getBalance(user.bridge.vault);
    // What nobody pays for any more, on its way out.
    const burned = await withdrawEth(user.onSidechain, { recipient: user.address, amount: parseEther("3") });

    const view = new Contract(user.bridge.view, SidechainView.abi, user.onL1);
    const height = await cluster.waitForHeight(1, (await cluster.height(1)) + 1);
    const { checkpoint, validators, signers, seals } = await verifiedCertificate(cluster, 1, height);
    await assert.rejects(
      view
        .getFunction("submitCheckpoint")
        .staticCall(checkpoint, validators, [], signers, concat([...seals])),
      (error: { data?: string }) =>
        new Interface(SidechainView.abi).parseError(error.data ?? "0x")?.name === "InboxFork",
    );
    for (const relayer of [...cluster.carriers, ...cluster.attesters]) relayer.start();
    const stopped = async () =>
      stepOf(await carrierStatus(cluster), "checkpoint").alarm === "InboxFork" ? true : null;
    await waitFor("the carrier to find the bridge stopped", stopped, { timeoutMs: WAIT_TIMEOUT_MS });
    await waitFor("ten more L1 blocks", advancedBy(10), { timeoutMs: WAIT_TIMEOUT_MS });
    const { outboxCount: provable } = await readSidechainView(user.sides.l1, user.bridge.view, "latest");
    assert.ok(provable <= burned.message.nonce, "L1 accepted a checkpoint that proves the withdrawal");
    assert.equal(await user.releases(burned.message.nonce), 0);
    assert.equal(await user.l1.getBalance(user.bridge.vault), vault);
    await cluster.waitForHeight(1, (await cluster.height(1)) + 1);
  });

  /**
   * Replace the L1 block of this number and all after it by empty ones. Where more blocks came between the look at the
   * height and the reorganization than that allowed for, it did not reach as far down: then once more, deeper.
   */
  async function replaceFrom(blockNumber: number): Promise<void> {
    const replaced = await l1BlockHash(blockNumber);
    for (let margin = 2; (await l1BlockHash(blockNumber)) === replaced; margin++) {
      await rpc(cluster.l1Url, "anvil_reorg", (await l1Height()) - blockNumber + margin, []);
    }
    user.onL1.reset();
  }

  async function l1BlockHash(blockNumber: number): Promise<Hash> {
    const tag = `0x${blockNumber.toString(16)}`;
    return (await rpc<{ hash: Hash }>(cluster.l1Url, "eth_getBlockByNumber", tag, false)).hash;
  }

  async function outboxCount(): Promise<number> {
    return (await readOutboxState(user.sides.l1, user.bridge.outbox)).count;
  }

  async function l1Height(): Promise<number> {
    return Number(await rpc<string>(cluster.l1Url, "eth_blockNumber"));
  }

  function advancedBy(blocks: number): () => Promise<true | null> {
    let target: number | null = null;
    return async () => {
      const height = await l1Height();
      target ??= height + blocks;
      return height >= target ? true : null;
    };
  }
});
