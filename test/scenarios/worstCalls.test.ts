import assert from "node:assert/strict";
import type { Cluster } from "@causeway/devnet/cluster";
import { devAccount } from "@causeway/devnet/devnetAccounts";
import { waitFor } from "@causeway/devnet/waitFor";
import { getCreateAddress, parseUnits, type TransactionRequest, Wallet } from "ethers";
import { rpc } from "../support/rpc.js";
import { removeCluster, startUnbridged } from "../support/testCluster.js";
import { callerCode, type WorstCall, worstCalls } from "../support/worstCalls.js";

const TIMEOUT_MS = 240_000;
/** A few tenths of a second of the slowest: some fill the second after which the builder stops (H4). */
const CALL_GAS = 500_000n;
/** EIP-7825. The slowest kinds take longer for it than the builder's whole time. */
const BOMB_GAS = 2n ** 24n;
const BOMBS = ["blake2f, 1 round", "p256verify"];
/** Calldata that leaves most of the gas to the calls. */
const INPUT_BYTES_MAX = 1_024;

interface Receipt {
  readonly status: string;
  readonly gasUsed: string;
  readonly blockNumber: string;
}

/**
 * The builder stops after a quarter of a round, so that those who execute after it have as long for the same work. That is said of
 * validators on machines of their own. With two there is only ever one at work, the proposer or after it the other: whatever
 * else runs on this machine slows both down alike. Three that execute at once would share its processors among them.
 */
const VALIDATORS = 2;

/** On a cluster with the default limits, one call for each precompile and its worst small inputs. */
describe("blocks of the worst precompile calls (H4)", () => {
  const calls = worstCalls().filter(({ input }) => input.length / 2 <= INPUT_BYTES_MAX);
  const precompiles = [...new Set(calls.map(({ precompile }) => precompile))];
  const deployer = new Wallet(devAccount(0).privateKey);
  const caller = new Wallet(devAccount(1).privateKey);
  const nonces = new Map<Wallet, number>();
  const raws = new Map<string, string>();
  /** Dev accounts used. */
  let bombers = 2;
  let cluster: Cluster;

  before(async () => {
    cluster = await startUnbridged({ validators: VALIDATORS });
    const hashes: string[] = [];
    for (const precompile of precompiles) {
      const runtime = callerCode(precompile).slice(2);
      const size = (runtime.length / 2).toString(16).padStart(2, "0");
      hashes.push(await send(deployer, 200_000n, { data: `0x60${size}80600b6000396000f3${runtime}` }));
    }
    for (const hash of hashes) assert.equal((await receipt(hash)).status, "0x1");
  });
  after(() => removeCluster(cluster));

  it("covers all eighteen", () => {
    assert.deepEqual(precompiles, [...Array.from({ length: 17 }, (_, i) => i + 1), 0x100]);
  });

  it("are executed by every validator without a round change", async () => {
    const before = await cluster.height(1);
    const hashes: string[] = [];
    for (const call of calls) hashes.push(await send(caller, CALL_GAS, toCaller(call)));
    for (const [i, hash] of hashes.entries()) {
      const { gasUsed } = await receipt(hash);
      assert.equal(BigInt(gasUsed), CALL_GAS, `${calls[i]?.name}: calls until the gas is gone`);
    }
    await assertNoRoundChange(before);
  });

  it("are left out when one transaction alone takes longer than the builder has, without a round change", async () => {
    const before = await cluster.height(1);
    // One account each: who sends such a one may send no other for a while.
    for (const call of calls.filter(({ name }) => BOMBS.includes(name))) {
      await send(new Wallet(devAccount(bombers++).privateKey), BOMB_GAS, toCaller(call));
    }
    await waitFor(
      "no pooled transaction",
      async () => {
        const { pending } = await rpc<{ pending: string }>(cluster.rpcUrl(1), "txpool_status");
        return BigInt(pending) === 0n ? true : null;
      },
      { timeoutMs: TIMEOUT_MS },
    );
    await assertNoRoundChange(before);
  });

  function toCaller({ precompile, input }: WorstCall): TransactionRequest {
    const nonce = precompiles.indexOf(precompile);
    return { to: getCreateAddress({ from: deployer.address, nonce }), data: input };
  }

  async function send(from: Wallet, gasLimit: bigint, request: TransactionRequest): Promise<string> {
    const nonce = nonces.get(from) ?? 0;
    nonces.set(from, nonce + 1);
    const raw = await from.signTransaction({
      ...{ type: 2, chainId: cluster.options.chainId, nonce, gasLimit },
      ...{ maxFeePerGas: parseUnits("100", "gwei"), maxPriorityFeePerGas: parseUnits("1", "gwei") },
      ...request,
    });
    const hash = await rpc<string>(cluster.rpcUrl(1), "eth_sendRawTransaction", raw);
    raws.set(hash, raw);
    return hash;
  }

  /** On a machine too busy to run a call within the builder's time, pools drop it: it is sent again. */
  function receipt(hash: string): Promise<Receipt> {
    const url = cluster.rpcUrl(1);
    return waitFor(
      `receipt of ${hash}`,
      async () => {
        const found = await rpc<Receipt | null>(url, "eth_getTransactionReceipt", hash);
        if (found === null && (await rpc(url, "eth_getTransactionByHash", hash)) === null)
          await rpc(url, "eth_sendRawTransaction", raws.get(hash)).catch(() => undefined);
        return found;
      },
      { timeoutMs: TIMEOUT_MS },
    );
  }

  /** Since `height`, on the chain that every validator has executed. */
  async function assertNoRoundChange(height: number): Promise<void> {
    const head = await cluster.height(1);
    assert.ok(head > height, "blocks went on");
    await Promise.all(cluster.validators.map((_, i) => cluster.waitForHeight(i + 1, head, TIMEOUT_MS)));
    for (let number = height + 1; number <= head; number++) {
      const { checkpoint } = await rpc<{ checkpoint: { round: string } }>(
        cluster.rpcUrl(1),
        "causeway_getCertificate",
        `0x${number.toString(16)}`,
      );
      assert.equal(Number(checkpoint.round), 0, `block ${number} was decided in its first round`);
    }
  }
});
