import assert from "node:assert/strict";
import type { Hex } from "@causeway/protocol/hex";
import type { TransactionRequest, Wallet } from "ethers";
import { AccountsPool, GWEI } from "../support/accountsPool.js";
import { CHAIN_ID } from "../support/genesisInput.js";
import { addressOf, wallet } from "../support/keys.js";
import { makeChain } from "../support/makeChain.js";
import { signed } from "../support/transactions.js";

const [alice, bob, carol] = [wallet(101), wallet(102), wallet(103)];
const TO = wallet(500).address;
const DELEGATED: Hex = `0xef0100${"ab".repeat(20)}`;
const BETTER = { maxFeePerGas: 6n * GWEI, maxPriorityFeePerGas: 2n * GWEI };
const GAPPED = /^CausewayError: gapped-nonce tx from delegated accounts$/;
const IN_FLIGHT = /^CausewayError: in-flight transaction limit reached for delegated accounts$/;
const RESERVED = /^CausewayError: authority already reserved$/;

const plain = (from: Wallet, nonce: number, request: TransactionRequest = {}) =>
  signed(from, { nonce, to: TO, ...request });

async function setCode(from: Wallet, nonce: number, authorities: Wallet[], request: TransactionRequest = {}) {
  const authorizationList = await Promise.all(
    authorities.map(async (authority) => ({
      ...(await authority.authorize({ address: TO, nonce: 0, chainId: CHAIN_ID })),
    })),
  );
  return signed(from, { type: 4, nonce, to: TO, gasLimit: 200_000n, authorizationList, ...request });
}

/** As geth's pool does: what anybody can make void for nothing is kept to one in flight. */
describe("delegated accounts in the pool (EIP-7702)", () => {
  it("a delegated sender has one transaction in flight, which it may replace", async () => {
    const accounts = new AccountsPool();
    const { pool } = accounts;
    accounts.accounts.set(addressOf(bob), { nonce: 2n, balance: 10n ** 20n, code: DELEGATED });
    await assert.rejects(pool.add(await plain(bob, 3)), GAPPED);
    await pool.add(await plain(bob, 2));
    await assert.rejects(pool.add(await plain(bob, 3)), IN_FLIGHT);
    await pool.add(await plain(bob, 2, BETTER));
    assert.deepEqual(pool.stats(), { pending: 1, queued: 0 });
  });

  it("so has one whose delegation is still pooled, until that is gone", async () => {
    const accounts = new AccountsPool();
    const { pool } = accounts;
    await pool.add(await setCode(alice, 0, [bob]));
    await assert.rejects(pool.add(await plain(bob, 1)), GAPPED);
    await pool.add(await plain(bob, 0));
    await assert.rejects(pool.add(await plain(bob, 1)), IN_FLIGHT);
    // A replacement without the authorization frees bob.
    await pool.add(await plain(alice, 0, BETTER));
    await pool.add(await plain(bob, 1));
    assert.deepEqual(pool.stats(), { pending: 3, queued: 0 });
  });

  it("who has more than one in flight may not be delegated by another's transaction", async () => {
    const { pool } = new AccountsPool();
    await pool.add(await plain(bob, 0));
    await pool.add(await setCode(alice, 0, [bob]));
    await pool.add(await plain(carol, 0));
    await pool.add(await plain(carol, 1));
    await assert.rejects(pool.add(await setCode(alice, 1, [wallet(104), carol])), RESERVED);
    await pool.add(await setCode(alice, 1, [wallet(104)]));
  });

  it("lets the event loop have its turns while hundreds of signatures are recovered", async () => {
    const { pool } = new AccountsPool();
    const many = await setCode(alice, 0, new Array(130).fill(bob), { gasLimit: 4_000_000n });
    let turns = 0;
    const count = () => {
      turns++;
      turning = setImmediate(count);
    };
    let turning = setImmediate(count);
    await pool.add(many);
    clearImmediate(turning);
    assert.ok(turns >= 2);
    assert.equal(pool.stats().pending, 1);
    await assert.rejects(pool.add(await plain(bob, 1)), GAPPED);
  });

  it("holds on the chain itself, where an authorization takes its signer's nonce", async () => {
    const chain = await makeChain();
    const [funded, delegated] = [wallet(0), wallet(1)];
    const { pool } = chain;
    await pool.add(await plain(delegated, 0));
    await pool.add(await setCode(funded, 0, [delegated], { maxPriorityFeePerGas: 2n * GWEI }));
    await chain.mine();
    // The authorization came first and took nonce 0: the transaction is void.
    assert.deepEqual(pool.stats(), { pending: 0, queued: 0 });
    await assert.rejects(pool.add(await plain(delegated, 2)), GAPPED);
    await pool.add(await plain(delegated, 1));
    await assert.rejects(pool.add(await plain(delegated, 2)), IN_FLIGHT);
    await chain.mine();
    await pool.add(await plain(delegated, 2));
    await chain.dispose();
  });
});
