import assert from "node:assert/strict";
import type { Cluster } from "@causeway/devnet/cluster";
import { devAccount } from "@causeway/devnet/devnetAccounts";
import { waitFor } from "@causeway/devnet/waitFor";
import {
  getBytes,
  getCreateAddress,
  id,
  keccak256,
  parseEther,
  parseUnits,
  type TransactionRequest,
  Wallet,
} from "ethers";
import { processorTime, stolenMs } from "../support/processorTime.js";
import { rpc } from "../support/rpc.js";
import { removeCluster, startUnbridged } from "../support/testCluster.js";
import { callerCode, type WorstCall, worstCalls } from "../support/worstCalls.js";

const TIMEOUT_MS = 600_000;
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
/** Under a tenth of a second of the slowest: a builder's second holds several on machines many times slower. */
const SLOW_FILLER_GAS = 300_000n;
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
 * A builder's quarter of a round and as much for those who execute after it leave half a round, 2 s. Who was kept from the
 * processors for longer than that by other programs may miss the round.
 */
const KEPT_MS_MAX = 2_000;
const ATTEMPTS = 10;

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
  const givers = BOMBS.map((_, i) => new Wallet(devAccount(2 + i).privateKey));
  const nonces = new Map<Wallet, number>();
  const raws = new Map<string, string>();
  const fillers = Array.from({ length: FILLER_SENDERS }, (_, i) => new Wallet(id(`filler ${i}`)));
  let bombers = 0;
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
    await withoutRoundChange(async () => {
      const hashes: string[] = [];
      for (const call of calls) hashes.push(await send(caller, gasOf(call), toCaller(call)));
      for (const [i, call] of calls.entries()) {
        const { gasUsed } = await receipt(hashes[i] ?? "");
        assert.equal(BigInt(gasUsed), gasOf(call), `${call.name}: calls until the gas is gone`);
      }
    });
  });

  it("fill a block to its gas limit from many senders, without a round change", async () => {
    const filling = FILLERS.map(callNamed);
    await withoutRoundChange(async (before) => {
      const signed = await Promise.all(
        fillers.map((sender, i) =>
          Promise.all(
            Array.from({ length: FILLERS_PER_SENDER }, (_, k) =>
              sign(sender, CALL_GAS, toCaller(filling[(i + k) % filling.length] as WorstCall)),
            ),
          ),
        ),
      );
      // All but each sender's first wait behind a gap: what comes in slowly is there before a block can take any.
      await Promise.all(signed.flatMap(([, ...later]) => later.map(submit)));
      await Promise.all(signed.map(([first = ""]) => submit(first)));
      for (const raw of signed.flat()) await receipt(keccak256(raw));
      const fullest = await fullestAfter(before);
      if (BigInt(fullest.gasLimit) - BigInt(fullest.gasUsed) >= CALL_GAS)
        return `${Number(fullest.gasUsed)} gas in a block at most`;
      const senders = new Set(fullest.transactions.map(({ from }) => from));
      assert.ok(senders.size >= FILLER_SENDERS / FILLERS_PER_SENDER, `${senders.size} senders`);
      return undefined;
    });
  });

  for (const name of SLOW_FILLERS) {
    it(`fill what a builder has the time for from many senders, without a round change: ${name}`, async () => {
      const request = toCaller(callNamed(name));
      await withoutRoundChange(async (before) => {
        const sent = fillers.map((sender) => send(sender, SLOW_FILLER_GAS, request));
        for (const hash of await Promise.all(sent)) await receipt(hash);
        const { gasUsed, transactions } = await fullestAfter(before);
        console.log(
          `      ${Number(gasUsed)} gas of ${transactions.length} senders in one block of ${(await cluster.height(1)) - before}`,
        );
        assert.ok(transactions.length > 1, "one sender's call in a block at most");
      });
    });
  }

  it("are left out when one transaction alone takes longer than the builder has, without a round change", async () => {
    const bombs = calls.filter(({ name }) => BOMBS.includes(name));
    assert.equal(bombs.length, BOMBS.length);
    await withoutRoundChange(async () => {
      // One account each: who sends such a one may send no other for a while.
      const senders = bombs.map(() => new Wallet(id(`bomber ${bombers++}`)));
      const funded: string[] = [];
      for (const [i, { address }] of senders.entries())
        funded.push(await send(givers[i] as Wallet, 21_000n, { to: address, value: parseEther("2") }));
      for (const hash of funded) await receipt(hash);
      for (const [i, call] of bombs.entries()) await send(senders[i] as Wallet, BOMB_GAS, toCaller(call));
      await waitFor(
        "no pooled transaction",
        async () => {
          const { pending } = await rpc<{ pending: string }>(cluster.rpcUrl(1), "txpool_status");
          return BigInt(pending) === 0n ? true : null;
        },
        { timeoutMs: TIMEOUT_MS },
      );
    });
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

  async function sign(from: Wallet, gasLimit: bigint, request: TransactionRequest): Promise<string> {
    const nonce = nonces.get(from) ?? 0;
    nonces.set(from, nonce + 1);
    return from.signTransaction({
      ...{ type: 2, chainId: cluster.options.chainId, nonce, gasLimit },
      ...{ maxFeePerGas: parseUnits("50", "gwei"), maxPriorityFeePerGas: parseUnits("1", "gwei") },
      ...request,
    });
  }

  async function submit(raw: string): Promise<string> {
    const hash = await rpc<string>(cluster.rpcUrl(1), "eth_sendRawTransaction", raw);
    raws.set(hash, raw);
    return hash;
  }

  async function send(from: Wallet, gasLimit: bigint, request: TransactionRequest): Promise<string> {
    return submit(await sign(from, gasLimit, request));
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

  /**
   * While this is done no block is decided in a later round than its first. Where one is and other programs kept a validator from
   * the processors for long enough, that says nothing of the chain: then once more.
   * @param work is told the height before; answers what no builder had the time for, if anything.
   */
  async function withoutRoundChange(work: (before: number) => Promise<string | undefined>): Promise<void> {
    for (let left = ATTEMPTS; ; left--) {
      const before = await cluster.height(1);
      const keptBefore = await keptMs();
      const wanting = await work(before);
      const late = await lateBlocks(before);
      if (wanting === undefined && late.length === 0) return;
      const kept = (await keptMs()) - keptBefore;
      const told = [
        ...(wanting === undefined ? [] : [wanting]),
        ...late.map((number) => `block ${number} decided in a later round`),
        `validators kept from processors for ${Math.round(kept)} ms`,
      ].join(", ");
      assert.ok(left > 1 && kept > KEPT_MS_MAX, told);
      console.log(`      once more: ${told}`);
    }
  }

  /** For how long other programs have kept the validators' processors from them; no time where the system does not tell. */
  async function keptMs(): Promise<number> {
    const times = await Promise.all(cluster.validators.map(({ pid = 0 }) => processorTime(pid)));
    return times.reduce((sum, time) => sum + (time?.waitedMs ?? 0), (await stolenMs()) ?? 0);
  }

  /** Blocks since `height` that were decided in a later round, on the chain that every validator has executed. */
  async function lateBlocks(height: number): Promise<readonly number[]> {
    const head = await cluster.height(1);
    assert.ok(head > height, "blocks went on");
    await Promise.all(cluster.validators.map((_, i) => cluster.waitForHeight(i + 1, head, TIMEOUT_MS)));
    const late: number[] = [];
    for (let number = height + 1; number <= head; number++) {
      const { checkpoint } = await rpc<{ checkpoint: { round: string } }>(
        cluster.rpcUrl(1),
        "causeway_getCertificate",
        `0x${number.toString(16)}`,
      );
      if (Number(checkpoint.round) > 0) late.push(number);
    }
    return late;
  }
});
