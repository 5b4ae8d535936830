import assert from "node:assert/strict";
import { fromHex, type Hex } from "@causeway/protocol/hex";
import { PREDEPLOYS } from "@causeway/protocol/predeploys";
import type { TransactionRequest, Wallet } from "ethers";
import { AccountsPool } from "../support/accountsPool.js";
import { FUNDED } from "../support/genesisInput.js";
import { addressOf, wallet } from "../support/keys.js";
import { makeChain, type TestChain } from "../support/makeChain.js";
import { signed, tipAboveCap } from "../support/transactions.js";

const [alice, bob] = FUNDED as [Wallet, Wallet, ...Wallet[]];
const GWEI = 10n ** 9n;
const ETHER = 10n ** 18n;
const TO = wallet(50).address;

describe("transaction pool", () => {
  let chain: TestChain;
  let nowMs = 0;
  /** How far the clock moves at each look. */
  let tickMs = 0;
  beforeEach(async () => {
    nowMs = 10_000;
    tickMs = 0;
    const now = () => {
      nowMs += tickMs;
      return nowMs;
    };
    chain = await makeChain({ causeway: { minTipWei: "1000" } }, { now });
  });
  afterEach(() => chain.dispose());

  const add = async (from: Wallet, request: TransactionRequest) =>
    chain.pool.add(await signed(from, { to: TO, ...request }));
  const refused = (promise: Promise<unknown>, message: RegExp) =>
    assert.rejects(promise, (error: { code: string; message: string }) => {
      assert.equal(error.code, "TransactionRejected");
      assert.match(error.message, message);
      return true;
    });

  describe("refuses in geth's words", () => {
    it("already known", async () => {
      await add(alice, { nonce: 0 });
      await refused(add(alice, { nonce: 0 }), /^already known$/);
    });
    it("nonce too low", async () => {
      await add(alice, { nonce: 0 });
      await chain.mine();
      await refused(add(alice, { nonce: 0, value: 1n }), /^nonce too low: next nonce 1, tx nonce 0$/);
    });
    it("nonce too high, far beyond the queue", async () => {
      await add(alice, { nonce: 2_048 });
      await refused(add(alice, { nonce: 2_049 }), /^nonce too high: tx nonce 2049, gapped nonce 0$/);
    });
    it("insufficient funds, for itself, after what is pending, and for a replacement", async () => {
      const gas = 21_000n * 3n * GWEI;
      const funds = "insufficient funds for gas \\* price \\+ value: balance";
      await refused(
        add(wallet(70), { nonce: 0 }),
        new RegExp(`^${funds} 0, tx cost ${gas}, overshot ${gas}$`),
      );
      const { balance } = await chain.reader.account(addressOf(alice), 0);
      const most = (balance * 6n) / 10n;
      const cost = most + gas;
      await add(alice, { nonce: 0, value: most });
      await refused(
        add(alice, { nonce: 1, value: most }),
        new RegExp(
          `^${funds} ${balance}, queued cost ${cost}, tx cost ${cost}, overshot ${2n * cost - balance}$`,
        ),
      );
      const bump = { maxFeePerGas: 30n * GWEI, maxPriorityFeePerGas: 10n * GWEI };
      const bumped = balance - 21_000n * 30n * GWEI;
      await add(alice, { nonce: 1 });
      await refused(
        add(alice, { nonce: 0, value: bumped, ...bump }),
        new RegExp(
          `^${funds} ${balance}, queued cost ${cost + gas}, tx bumped ${balance - cost}, overshot ${gas}$`,
        ),
      );
    });
    it("a sender with code", async () => {
      const { pool, accounts } = new AccountsPool();
      accounts.set(addressOf(alice), { nonce: 0n, balance: ETHER, code: "0x00" });
      await refused(
        pool.add(await signed(alice, { nonce: 0, to: TO })),
        /^sender not an eoa: address 0x[0-9a-f]{40}, codehash: 0x[0-9a-f]{64}$/,
      );
    });
    it("intrinsic gas too low, and EIP-7623's floor", async () => {
      await refused(
        add(alice, { nonce: 0, gasLimit: 20_999n }),
        /^intrinsic gas too low: gas 20999, minimum needed 21000$/,
      );
      const data = `0x${"ff".repeat(100)}`;
      await refused(
        add(alice, { nonce: 0, data, gasLimit: 22_700n }),
        /^insufficient gas for floor data gas cost/,
      );
    });
    it("gas above the block's or EIP-7825's limit (H2)", async () => {
      await refused(
        add(alice, { nonce: 0, gasLimit: 2n ** 24n + 1n }),
        /^transaction gas limit too high \(cap: 16777216, tx: 16777217\)$/,
      );
      const small = await makeChain({ causeway: { gasLimitTarget: 5_000_000 } });
      await refused(
        small.pool.add(await signed(alice, { nonce: 0, to: TO, gasLimit: 6_000_000n })),
        /^exceeds block gas limit$/,
      );
      await small.dispose();
    });
    it("fees that cannot do", async () => {
      await refused(
        chain.pool.add(tipAboveCap(alice)),
        /^max priority fee per gas higher than max fee per gas$/,
      );
      await refused(
        add(alice, { nonce: 0, maxFeePerGas: GWEI / 3n, maxPriorityFeePerGas: 1_000n }),
        /^max fee per gas less than block base fee/,
      );
      await refused(
        add(alice, { nonce: 0, maxPriorityFeePerGas: 999n }),
        /^transaction gas price below minimum: gas tip cap 999, minimum needed 1000$/,
      );
    });
    it("a replacement that pays less than 10 % more", async () => {
      await add(alice, { nonce: 0, maxFeePerGas: 10n * GWEI, maxPriorityFeePerGas: 2n * GWEI });
      await refused(
        add(alice, { nonce: 0, maxFeePerGas: 20n * GWEI, maxPriorityFeePerGas: 2n * GWEI }),
        /^replacement transaction underpriced$/,
      );
      const hash = await add(alice, {
        nonce: 0,
        maxFeePerGas: 11n * GWEI,
        maxPriorityFeePerGas: 22n * (GWEI / 10n),
      });
      assert.deepEqual(chain.pool.stats(), { pending: 1, queued: 0 });
      assert.equal(chain.pool.content().pending[0]?.hash, hash);
    });
    it("another chain's, unprotected, unsigned and unknown transactions", async () => {
      await refused(
        add(alice, { nonce: 0, chainId: 1 }),
        /^invalid sender: invalid chain id for signer: have 1 want 73311$/,
      );
      const unprotected = await alice.signTransaction({
        type: 0,
        nonce: 0,
        to: TO,
        gasLimit: 21_000n,
        gasPrice: 3n * GWEI,
        chainId: 0,
      });
      await refused(chain.pool.add(fromHex(unprotected as Hex)), /only replay-protected/);
      const raw = await signed(alice, { nonce: 0, to: TO });
      await refused(chain.pool.add(raw.slice(0, -1)), /^rlp: /);
      const blobs = /^transaction type not supported: tx type 3 not supported by this pool$/;
      await refused(chain.pool.add(fromHex("0x03c0")), blobs);
      // As large as with one blob.
      await refused(chain.pool.add(fromHex(`0x03${"f9".repeat(131_400)}`)), blobs);
      await refused(chain.pool.add(fromHex("0x05c0")), /^transaction type not supported$/);
      await refused(chain.pool.add(fromHex("0x05deadbeef")), /^transaction type not supported$/);
      await refused(chain.pool.add(fromHex("0x00c0")), /^transaction type not supported$/);
      await refused(chain.pool.add(fromHex("0x8500000000ff")), /^rlp: /);
      for (const short of ["0x", "0x00", "0x02", "0x03", "0x7f"] as const) {
        await refused(chain.pool.add(fromHex(short)), /^typed transaction too short$/);
      }
      for (const [wrong, problem] of [
        ["0xc0", /^rlp: too few elements for types\.LegacyTx$/],
        ["0x01c0", /^rlp: too few elements for types\.AccessListTx$/],
        ["0x02c0", /^rlp: too few elements for types\.DynamicFeeTx$/],
        ["0x04c0", /^rlp: too few elements for types\.SetCodeTx$/],
        ["0xca80808080808080808080", /^rlp: input list has too many elements for types\.LegacyTx$/],
      ] as const) {
        await refused(chain.pool.add(fromHex(wrong)), problem);
      }
    });
    it("oversized data and init code", async () => {
      await refused(
        add(alice, { nonce: 0, data: `0x${"00".repeat(131_072)}` }),
        /^oversized data: transaction size \d+, limit 131072$/,
      );
      await refused(
        add(alice, { nonce: 0, to: null, data: `0x${"00".repeat(49_153)}`, gasLimit: 1_000_000n }),
        /^max initcode size exceeded: code size 49153 limit 49152$/,
      );
    });
    it("EIP-7702 transactions without authorization", async () => {
      await refused(
        add(alice, { type: 4, nonce: 0, authorizationList: [] }),
        /^set code tx must have at least one authorization tuple$/,
      );
    });
  });

  it("queues behind a gap, and moves up when it closes", async () => {
    await add(alice, { nonce: 1 });
    assert.deepEqual(chain.pool.stats(), { pending: 0, queued: 1 });
    assert.equal(await chain.pool.pendingNonce(addressOf(alice)), 0n);
    await add(alice, { nonce: 0 });
    assert.deepEqual(chain.pool.stats(), { pending: 2, queued: 0 });
    assert.equal(await chain.pool.pendingNonce(addressOf(alice)), 2n);
    const { block } = await chain.build();
    assert.equal(block.transactionCount, 2);
  });

  it("keeps what pays a little less than the base fee until that has come down", async () => {
    const waiting = await add(alice, {
      nonce: 0,
      maxFeePerGas: (GWEI * 6n) / 10n,
      maxPriorityFeePerGas: 1_000n,
    });
    await add(alice, { nonce: 1 });
    assert.equal(chain.pool.blockWantedAt(), null, "calls for no block");
    assert.deepEqual(chain.pool.stats(), { pending: 2, queued: 0 });
    assert.equal((await chain.build()).block.transactionCount, 0);
    for (let empty = 0; empty < 3; empty++) await chain.mine();
    assert.ok(chain.pool.get(waiting));
    assert.equal((await chain.build()).block.transactionCount, 2);
  });

  it("bounds what waits behind a gap, of one sender (64)", async () => {
    for (let nonce = 1; nonce <= 64; nonce++) await add(alice, { nonce });
    await refused(
      add(alice, { nonce: 65 }),
      /^account limit exceeded: pooled 64 txs behind a gap, next nonce 0$/,
    );
    await add(alice, { nonce: 64, maxFeePerGas: 6n * GWEI, maxPriorityFeePerGas: 2n * GWEI });
    await add(alice, { nonce: 0 });
    assert.deepEqual(chain.pool.stats(), { pending: 65, queued: 0 });
    await add(alice, { nonce: 65 });
  });

  it("refuses on a free-gas chain what no block may hold (H6)", async () => {
    const free = await makeChain({ causeway: { freeGas: true, gasLimitTarget: 20_000_000 } });
    const request = { nonce: 0, to: TO, maxFeePerGas: 0n, maxPriorityFeePerGas: 0n };
    await refused(
      free.pool.add(await signed(alice, { ...request, gasLimit: 10_000_001n })),
      /^exceeds block gas limit$/,
    );
    await free.pool.add(await signed(alice, { ...request, gasLimit: 10_000_000n }));
    await free.dispose();
  });

  it("takes on a free-gas chain a replacement that pays one wei, not one that pays no more", async () => {
    const free = await makeChain({ causeway: { freeGas: true } });
    const request = { nonce: 0, to: TO, maxFeePerGas: 0n, maxPriorityFeePerGas: 0n };
    const first = await free.pool.add(await signed(alice, request));
    await refused(
      free.pool.add(await signed(alice, { ...request, value: 1n })),
      /^replacement transaction underpriced$/,
    );
    const again = { ...request, maxFeePerGas: 1n, maxPriorityFeePerGas: 1n };
    const second = await free.pool.add(await signed(alice, again));
    await free.mine();
    const block = await free.reader.block(1);
    assert.deepEqual([first === second, block?.transactions.map(({ hash }) => hash)], [false, [second]]);
    await free.dispose();
  });

  it("offers the best paid first, each sender's in nonce order", async () => {
    const [a0, a1] = [
      await add(alice, { nonce: 0 }),
      await add(alice, { nonce: 1, maxPriorityFeePerGas: 2n * GWEI }),
    ];
    const b0 = await add(bob, { nonce: 0, maxPriorityFeePerGas: (3n * GWEI) / 2n });
    await chain.mine();
    const block = await chain.reader.block(1);
    assert.deepEqual(
      block?.transactions.map(({ hash }) => hash),
      [b0, a0, a1],
    );
    assert.deepEqual(chain.pool.stats(), { pending: 0, queued: 0 });
  });

  it("N2: gives the next transaction of every sender before the second of any", async () => {
    await add(alice, { nonce: 0 });
    await add(alice, { nonce: 1 });
    await add(alice, { nonce: 3 });
    await add(bob, { nonce: 0 });
    const turns = [...chain.pool.pendingByTurn()].map(({ from, nonce }) => [from, nonce]);
    const [a, b] = [addressOf(alice), addressOf(bob)];
    assert.deepEqual(turns, [
      [a, 0n],
      [b, 0n],
      [a, 1n],
    ]);
    const first = chain.pool.pending(2).map(({ from, nonce }) => [from, nonce]);
    assert.deepEqual(first, turns.slice(0, 2));
  });

  it("shows all, or one sender's by nonce", async () => {
    const [a2, b0, a0] = [
      await add(alice, { nonce: 2 }),
      await add(bob, { nonce: 0 }),
      await add(alice, { nonce: 0 }),
    ];
    const hashes = (sender?: Wallet) => {
      const { pending, queued } = chain.pool.content(sender && addressOf(sender));
      return [pending.map(({ hash }) => hash), queued.map(({ hash }) => hash)];
    };
    assert.deepEqual(hashes(), [[a0, b0], [a2]]);
    assert.deepEqual(hashes(alice), [[a0], [a2]]);
    assert.deepEqual(hashes(wallet(70)), [[], []]);
  });

  it("tells of a transaction when nothing is missing before it, and of its replacement", async () => {
    const seen: string[] = [];
    chain.pool.onTransaction(({ hash }) => seen.push(hash));
    const second = await add(alice, { nonce: 1 });
    assert.deepEqual(seen, []);
    const first = await add(alice, { nonce: 0 });
    const better = await add(alice, { nonce: 0, maxFeePerGas: 6n * GWEI, maxPriorityFeePerGas: 2n * GWEI });
    assert.deepEqual(seen, [first, second, better]);
    await chain.mine();
    assert.deepEqual(seen, [first, second, better]);
  });

  it("counts refusals by their reason", async () => {
    const reasons: string[] = [];
    chain.pool.onRejected((reason) => reasons.push(reason));
    await add(alice, { nonce: 0 });
    for (const raw of [await signed(alice, { nonce: 0, to: TO }), Uint8Array.of(5), new Uint8Array()]) {
      await assert.rejects(chain.pool.add(raw));
    }
    await assert.rejects(add(wallet(70), { nonce: 0 }));
    assert.deepEqual(reasons, ["alreadyKnown", "invalid", "invalid", "insufficientFunds"]);
  });

  it("tells of new transactions once, and until unsubscribed", async () => {
    const seen: string[] = [];
    const stop = chain.pool.onTransaction(({ hash }) => seen.push(hash));
    const hash = await add(alice, { nonce: 0 });
    stop();
    await add(alice, { nonce: 1 });
    assert.deepEqual(seen, [hash]);
  });

  it("calls for a block when an executable transaction has waited 1 s (C14)", async () => {
    assert.equal(chain.pool.blockWantedAt(), null);
    await add(alice, { nonce: 1 });
    assert.equal(chain.pool.blockWantedAt(), null, "not executable");
    nowMs += 500;
    await add(alice, { nonce: 0 });
    assert.equal(chain.pool.blockWantedAt(), 11_500);
    assert.equal(chain.pool.waitingTransaction(11_499), false);
    assert.equal(chain.pool.waitingTransaction(11_500), true);
    await chain.mine();
    assert.equal(chain.pool.waitingTransaction(20_000), false);
  });

  it("survives a restart, without what was included meanwhile", async () => {
    await add(alice, { nonce: 0 });
    await chain.mine();
    const kept = [await add(alice, { nonce: 1 }), await add(bob, { nonce: 0, to: PREDEPLOYS.outbox })];
    chain = await chain.reopen();
    assert.deepEqual(
      chain.pool
        .content()
        .pending.map(({ hash }) => hash)
        .sort(),
      kept.sort(),
    );
  });

  it("gives up what has waited behind a gap for three hours, of senders that have brought no more", async () => {
    const cheap = { maxFeePerGas: (6n * GWEI) / 10n, maxPriorityFeePerGas: 1_000n };
    const waiting = await add(alice, { nonce: 0, ...cheap });
    await add(alice, { nonce: 2 });
    await add(bob, { nonce: 1 });
    nowMs += 60 * 60_000;
    await add(bob, { nonce: 3 });
    nowMs += 2 * 60 * 60_000 - 1;
    await chain.mine();
    assert.deepEqual(chain.pool.stats(), { pending: 1, queued: 3 });
    nowMs += 60_000;
    await chain.mine();
    const { pending, queued } = chain.pool.content();
    assert.deepEqual(
      pending.map(({ hash }) => hash),
      [waiting],
      "what is pending waits on",
    );
    assert.deepEqual(
      queued.map(({ from, nonce }) => [from, nonce]),
      [
        [addressOf(bob), 1n],
        [addressOf(bob), 3n],
      ],
    );
  });

  it("survives a restart with a long queue whose first transaction was replaced", async () => {
    for (let nonce = 0; nonce < 70; nonce++) await add(alice, { nonce });
    await add(alice, { nonce: 0, maxFeePerGas: 6n * GWEI, maxPriorityFeePerGas: 2n * GWEI });
    chain = await chain.reopen();
    assert.deepEqual(chain.pool.stats(), { pending: 70, queued: 0 });
  });
});
