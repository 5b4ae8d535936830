import assert from "node:assert/strict";
import { depositEth } from "@causeway/bridge/transfers/depositEth";
import { withdrawEth } from "@causeway/bridge/transfers/withdrawEth";
import type { Cluster } from "@causeway/devnet/cluster";
import type { ManagedProcess } from "@causeway/devnet/managedProcess";
import { CRASH_AT_VARIABLE } from "@causeway/relayer/config";
import { CRASH_POINTS } from "@causeway/relayer/crashPoints";
import { removeCluster, startBridged } from "../support/testCluster.js";
import { type Crosser, crosserOf } from "../support/transfers.js";

const CRASH_TIMEOUT_MS = 120_000;
const TRANSFERS = 20;

describe("relayers die, race and lose nothing (B3, B7)", () => {
  let cluster: Cluster;
  let user: Crosser;
  /** Nonces of all that crossed, counted once more when nobody carries any longer. */
  const deposited: number[] = [];
  const withdrawn: number[] = [];

  before(async () => {
    cluster = await startBridged({
      carriers: 2,
      attesters: 3,
      initArgs: ["--empty-block-period", "1"],
    });
    user = await crosserOf(cluster, 1);
  });
  after(async () => {
    user?.close();
    await removeCluster(cluster);
  });

  describe("killed with -9 at each step it names, then started again", () => {
    before(() => startAll(cluster.attesters));

    for (const point of CRASH_POINTS) {
      it(`${point}: the transfer completes once`, async () => {
        const victim = (
          point.startsWith("vote.") ? cluster.attesters : cluster.carriers
        )[0] as ManagedProcess;
        if (victim.running) await victim.stop();
        // Two of three attesters are a quorum: with the third at rest, no vote of the victim comes too late to count.
        await cluster.attesters[2]?.stop();
        const carrier = cluster.carriers[0] as ManagedProcess;
        if (!carrier.running && carrier !== victim) carrier.start();
        victim.start({ [CRASH_AT_VARIABLE]: point });

        const deposit = await depositEth(user.bridge, user.onL1, { recipient: user.address, amount: 1_000n });
        const withdrawal = await withdrawEth(user.onSidechain, { recipient: user.address, amount: 400n });
        deposited.push(deposit.message.nonce);
        withdrawn.push(withdrawal.message.nonce);
        const exit = await killed(victim);
        assert.equal(exit.signal, "SIGKILL", `the relayer never came to ${point}: ${victim.logTail()}`);

        victim.start();
        await user.waitForCredit(deposit.message.nonce);
        await user.waitForRelease(withdrawal.message.nonce);
        assert.equal(await user.credits(deposit.message.nonce), 1);
        assert.equal(await user.releases(withdrawal.message.nonce), 1);
        assert.deepEqual(await user.insolvency(), []);
      });
    }
  });

  it(`two carriers at once over ${TRANSFERS} transfers: each is credited or released, both exit 0`, async () => {
    startAll([...cluster.carriers, ...cluster.attesters]);
    for (let i = 0; i < TRANSFERS / 2; i++) {
      deposited.push(
        (await depositEth(user.bridge, user.onL1, { recipient: user.address, amount: 10n })).message.nonce,
      );
      withdrawn.push(
        (await withdrawEth(user.onSidechain, { recipient: user.address, amount: 5n })).message.nonce,
      );
    }
    await Promise.all([...deposited.map(user.waitForCredit), ...withdrawn.map(user.waitForRelease)]);
    assert.deepEqual(await user.insolvency(), []);
    for (const carrier of cluster.carriers) assert.deepEqual(await carrier.stop(), { code: 0, signal: null });
  });

  describe("at the end, when nobody carries any longer", () => {
    it("each transfer of all of them was credited or released once", async () => {
      for (const relayer of [...cluster.carriers, ...cluster.attesters]) await relayer.stop();
      assert.equal(deposited.length, CRASH_POINTS.length + TRANSFERS / 2);
      assert.equal(withdrawn.length, deposited.length);
      for (const nonce of deposited) assert.equal(await user.credits(nonce), 1, `deposit ${nonce}`);
      for (const nonce of withdrawn) assert.equal(await user.releases(nonce), 1, `withdrawal ${nonce}`);
    });
  });
});

function startAll(processes: readonly ManagedProcess[]): void {
  for (const process of processes) if (!process.running) process.start();
}

/** Waits for the process to kill itself; ends it, for the assertion to tell, when it does not. */
async function killed(process: ManagedProcess): Promise<Awaited<ReturnType<ManagedProcess["waitForExit"]>>> {
  const timer = setTimeout(() => void process.stop(), CRASH_TIMEOUT_MS);
  const exit = await process.waitForExit();
  clearTimeout(timer);
  return exit;
}
