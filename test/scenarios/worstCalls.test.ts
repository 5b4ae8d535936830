import assert from "node:assert/strict";
import type { Cluster } from "@causeway/devnet/cluster";
import { devAccount } from "@causeway/devnet/devnetAccounts";
import { waitFor } from "@causeway/devnet/waitFor";
import {
  getBytes,
  getCreateAddress,
  id,
  parseEther,
  parseUnits,
  type TransactionRequest,
  Wallet,
} from "ethers";
import { rpc } from "../support/rpc.js";
import { removeCluster, startUnbridged } from "../support/testCluster.js";
import { callerCode, type WorstCall, worstCalls } from "../support/worstCalls.js";

const TIMEOUT_MS = 240_000;
/** Gas besides the calldata's. A few tenths of a second of the slowest: some fill the second after which the builder stops (H4). */
const CALL_GAS = 500_000n;
/** Inputs beyond these bytes hold many points: one call of them takes more gas, each of which takes less time. */
const SMALL_INPUT_BYTES_MAX = 1_024;
const LARGE_CALL_GAS = 3_000_000n;
/** EIP-7825. Nearly all of these take longer for it than the builder's whole time. */
const BOMB_GAS = 2n ** 24n;
const BOMBS = [
  "modexp, 1 ^ 1 mod 1 bytes",
  "bn254 mul",
  "bn254 pairing, 16 pairs",
  "blake2f, 1 round",
  "BLS G2 MSM, 128 points",
  "BLS pairing, 8 pairs",
  "p256verify",
];
/** Calls that a builder has the time to fill a block with: a tenth of a second for all of its gas. */
const FILLERS = [
  "modexp, 64 ^ 64 mod 64 bytes",
  "modexp, 128 ^ 128 mod 128 bytes",
  "modexp, 256 ^ 3 mod 256 bytes",
  "modexp, 256 ^ 256 mod 256 bytes",
];
/** Calls of which a builder's time is over before a block's gas is: 1.4 to 8.3 seconds for 30 million (docs/performance.md). */
const SLOW_FILLERS = [
  "modexp, 1 ^ 1 mod 1 bytes",
  "bn254 mul",
  "bn254 pairing, 1 pair",
  "blake2f, 1 round",
  "BLS G2 add",
  "BLS pairing, 1 pair",
  "p256verify",
];
/** Under a tenth of a second of the slowest: a builder's second holds many. */
const SLOW_FILLER_GAS = 300_000n;
/** Of the fullest block, at least: a third of what the builder's second holds of the slowest where nothing else runs. */
const SLOW_BLOCK_GAS_MIN = 4n * SLOW_FILLER_GAS;
const FILLER_SENDERS = 60;
/** Together four blocks' gas: one of them is full, however they come in. */
const FILLERS_PER_SENDER = 4;

interface Block {
  readonly gasUsed: string;
  readonly gasLimit: string;
  readonly transactions: readonly { readonly from: string }[];
}

interface Receipt {
  readonly status: string;
  readonly gasUsed: string;
  readonly blockNumber: string;
}

/**
 * The builder stops after a quarter of a round, so that those who execute after it have as long for the same work. That is said of
 * validators on machines of their own. With two there is only ever one at work, the proposer or after it the other: whatever
 * else runs on this machine slows both down alike. Of four, three execute at once and share its processors, which the proposer
 * had for itself: with two processors that other programs use as well, the second that was built takes them longer than the
 * round, and the chain goes on by round changes, as it should.
 */
const VALIDATORS = 2;

/** Of a transaction: what its calldata takes at least (EIP-7623), and enough for a call. */
function gasOf({ input }: WorstCall): bigint {
  const bytes = getBytes(input);
  const zeros = bytes.filter((byte) => byte === 0).length;
  const calldata = BigInt(10 * (zeros + 4 * (bytes.length - zeros)));
  return 21_000n + calldata + (bytes.length > SMALL_INPUT_BYTES_MAX ? LARGE_CALL_GAS : CALL_GAS);
}

/** On a cluster with the default limits, each precompile with its worst inputs. */
describe("blocks of the worst precompile calls (H4)", () => {
  const calls = worstCalls();
  const precompiles = [...new Set(calls.map(({ precompile }) => precompile))];
  const deployer = new Wallet(devAccount(0).privateKey);
  const caller = new Wallet(devAccount(1).privateKey);
  const nonces = new Map<Wallet, number>();
  const raws = new Map<string, string>();
  const fillers = Array.from({ length: FILLER_SENDERS }, (_, i) => new Wallet(id(`filler ${i}`)));
  /** Dev accounts used, of ten. */
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
    for (const { address } of fillers)
      hashes.push(await send(deployer, 21_000n, { to: address, value: parseEther("1") }));
    for (const hash of hashes) assert.equal((await receipt(hash)).status, "0x1");
  });
  after(() => removeCluster(cluster));

  it("covers all eighteen", () => {
    assert.deepEqual(precompiles, [...Array.from({ length: 17 }, (_, i) => i + 1), 0x100]);
  });

  it("are executed by every validator without a round change", async () => {
    const before = await cluster.height(1);
    const hashes: string[] = [];
    for (const call of calls) hashes.push(await send(caller, gasOf(call), toCaller(call)));
    for (const [i, call] of calls.entries()) {
      const { gasUsed } = await receipt(hashes[i] ?? "");
      assert.equal(BigInt(gasUsed), gasOf(call), `${call.name}: calls until the gas is gone`);
    }
    await assertNoRoundChange(before);
  });

  it("fill a block to its gas limit from many senders, without a round change", async () => {
    const before = await cluster.height(1);
    const filling = FILLERS.map(callNamed);
    const sent = fillers.flatMap((sender, i) =>
      Array.from({ length: FILLERS_PER_SENDER }, (_, nonce) =>
        send(sender, CALL_GAS, toCaller(filling[(i + nonce) % filling.length] as WorstCall)),
      ),
    );
    for (const hash of await Promise.all(sent)) await receipt(hash);
    const fullest = await fullestAfter(before);
    assert.ok(BigInt(fullest.gasLimit) - BigInt(fullest.gasUsed) < CALL_GAS, `${fullest.gasUsed} used`);
    const senders = new Set(fullest.transactions.map(({ from }) => from));
    assert.ok(senders.size >= FILLER_SENDERS / FILLERS_PER_SENDER, `${senders.size} senders`);
    await assertNoRoundChange(before);
  });

  for (const name of SLOW_FILLERS) {
    it(`fill what a builder has the time for from many senders, without a round change: ${name}`, async () => {
      const before = await cluster.height(1);
      const request = toCaller(callNamed(name));
      const sent = fillers.map((sender) => send(sender, SLOW_FILLER_GAS, request));
      for (const hash of await Promise.all(sent)) await receipt(hash);
      const { gasUsed, transactions } = await fullestAfter(before);
      console.log(
        `      ${Number(gasUsed)} gas of ${transactions.length} senders in one block of ${(await cluster.height(1)) - before}`,
      );
      assert.ok(BigInt(gasUsed) >= SLOW_BLOCK_GAS_MIN, `${Number(gasUsed)} gas at most`);
      await assertNoRoundChange(before);
    });
  }

  it("are left out when one transaction alone takes longer than the builder has, without a round change", async () => {
    const before = await cluster.height(1);
    const bombs = calls.filter(({ name }) => BOMBS.includes(name));
    assert.equal(bombs.length, BOMBS.length);
    // One account each: who sends such a one may send no other for a while.
    for (const call of bombs) {
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

  function callNamed(name: string): WorstCall {
    return calls.find((call) => call.name === name) ?? assert.fail(name);
  }

  /** The block that used most gas, of those above `height`. */
  async function fullestAfter(height: number): Promise<Block> {
    const blocks = await Promise.all(
      Array.from({ length: (await cluster.height(1)) - height }, (_, i) =>
        rpc<Block>(cluster.rpcUrl(1), "eth_getBlockByNumber", `0x${(height + 1 + i).toString(16)}`, true),
      ),
    );
    return blocks.reduce((a, b) => (BigInt(a.gasUsed) >= BigInt(b.gasUsed) ? a : b));
  }

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
