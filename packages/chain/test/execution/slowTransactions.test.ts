import assert from "node:assert/strict";
import type { Address, Hash } from "@causeway/protocol/hex";
import type { TransactionRequest, Wallet } from "ethers";
import { cpuMs } from "../../src/execution/executionClocks.js";
import { FUNDED } from "../support/genesisInput.js";
import { wallet } from "../support/keys.js";
import { makeChain, type TestChain } from "../support/makeChain.js";
import { CREATION_CODE, signed } from "../support/transactions.js";

const [attacker, honest, other] = FUNDED as [Wallet, Wallet, Wallet, ...Wallet[]];
const GWEI = 10n ** 9n;
/** A loop of all this gas takes several times {@link BUDGET_MS}. */
const HEAVY_GAS = 8_000_000n;
const BUDGET_MS = 60;
/** Other programs may take the time of one build, not of all these. */
const BUILDS_MAX = 100;
const SLOW =
  /^CausewayError: transaction execution too slow: address 0x[0-9a-f]{40} may not use more than 100000 gas for \d+ s \(H4\)$/;

/**
 * Time of the chain that goes on with what this process computes, so that a busy machine does not disturb the test, and
 * faster while the test says that the machine is busy.
 */
class TestClock {
  #offsetMs = 0;
  busyMsPerLook = 0;

  readonly now = () => {
    this.#offsetMs += this.busyMsPerLook;
    return cpuMs() + this.#offsetMs;
  };

  pass(ms: number): void {
    this.#offsetMs += ms;
  }
}

describe("H4: transactions that take too long", () => {
  let chain: TestChain;
  let clock: TestClock;
  let loop: Address;
  let nonces: Map<Wallet, number>;
  beforeEach(async () => {
    clock = new TestClock();
    nonces = new Map();
    chain = await makeChain({}, { now: clock.now });
    await add(attacker, { to: null, data: CREATION_CODE.loop, gasLimit: 200_000n });
    await chain.mine();
    loop = (await chain.reader.receipts(1))?.[0]?.contractAddress ?? assert.fail();
  });
  afterEach(() => chain.dispose());

  async function add(from: Wallet, request: TransactionRequest = {}): Promise<Hash> {
    const nonce = nonces.get(from) ?? 0;
    const hash = await chain.pool.add(await signed(from, { nonce, to: wallet(50).address, ...request }));
    nonces.set(from, nonce + 1);
    return hash;
  }
  const heavy = (request: TransactionRequest = {}) => ({ to: loop, gasLimit: HEAVY_GAS, ...request });

  /** Hashes in a block built within the budget. */
  async function build(deadlineMs = BUDGET_MS): Promise<Hash[]> {
    const head = chain.execution.head();
    const { block } = await chain.execution.build(
      {
        height: head.height + 1,
        parentHash: head.hash,
        coinbase: head.nextValidators[0] ?? assert.fail(),
        timestamp: head.timestamp + 1,
        deadlineMs,
      },
      new AbortController().signal,
    );
    const bytes = Buffer.from(block.bytes);
    const { pending } = chain.pool.content();
    return pending.filter(({ raw }) => bytes.includes(Buffer.from(raw))).map(({ hash }) => hash);
  }

  /** Build until the pool has given a transaction up. @returns what was in the blocks. */
  async function buildUntilDropped(hash: Hash): Promise<Hash[]> {
    const included = new Set<Hash>();
    for (let i = 0; i < BUILDS_MAX && chain.pool.get(hash) !== null; i++) {
      for (const found of await build()) included.add(found);
    }
    assert.equal(chain.pool.get(hash), null, `still pooled after ${BUILDS_MAX} builds`);
    return [...included];
  }

  it("a slow one is broken off, tried again after all others, and dropped", async () => {
    const slow = await add(attacker, heavy({ maxPriorityFeePerGas: 3n * GWEI }));
    const transfer = await add(honest);
    assert.deepEqual(await build(), [], "best paid, it took all the time");
    assert.ok(chain.pool.get(slow), "once is not enough");
    assert.deepEqual(await buildUntilDropped(slow), [transfer], "under suspicion, it comes last");
    assert.ok(chain.pool.get(transfer));
  });

  it("one under suspicion is not tried where others leave too little time", async () => {
    const slow = await add(attacker, heavy({ maxPriorityFeePerGas: 3n * GWEI }));
    await build();
    const transfer = await add(honest);
    clock.busyMsPerLook = BUDGET_MS / 16;
    for (let i = 0; i < 10; i++) assert.deepEqual(await build(), [transfer]);
    assert.ok(chain.pool.get(slow));
  });

  it("neither it nor another of its sender comes back for a while, longer each time; light ones do", async () => {
    const slow = await signed(attacker, { nonce: 1, ...heavy() });
    await buildUntilDropped(await chain.pool.add(slow));
    await assert.rejects(chain.pool.add(slow), SLOW);
    await assert.rejects(add(attacker, heavy({ gasLimit: HEAVY_GAS - 1n })), SLOW);
    await add(other, heavy());
    nonces.set(attacker, 1);
    await add(attacker);
    clock.pass(61_000);
    await buildUntilDropped(await add(attacker, heavy()));
    nonces.set(attacker, 2);
    clock.pass(61_000);
    await assert.rejects(add(attacker, heavy({ value: 1n })), SLOW, "two minutes the second time");
    clock.pass(60_000);
    await add(attacker, heavy({ value: 1n }));
  });

  it("no plain transfer is ever dropped, however busy the machine", async () => {
    const transfer = await add(honest);
    clock.busyMsPerLook = BUDGET_MS;
    for (let i = 0; i < 20; i++) assert.deepEqual(await build(), []);
    clock.busyMsPerLook = 0;
    assert.deepEqual(await build(), [transfer]);
  });

  it("a busy machine makes no heavy transaction slow, nor its sender guilty", async () => {
    const hash = await add(attacker, heavy({ gasLimit: 200_000n }));
    clock.busyMsPerLook = BUDGET_MS;
    for (let i = 0; i < 20; i++) assert.deepEqual(await build(), []);
    clock.busyMsPerLook = 0;
    let found: Hash[] = [];
    for (let i = 0; i < BUILDS_MAX && found.length === 0; i++) found = await build();
    assert.deepEqual(found, [hash]);
    await add(attacker, heavy());
  });

  it("a slow one is included where there is time for it", async () => {
    const slow = await add(attacker, heavy());
    await build();
    assert.deepEqual(await build(60_000), [slow]);
  });
});
