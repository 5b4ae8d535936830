import assert from "node:assert/strict";
import { abi } from "@causeway/contracts/ValidatorSet";
import { decodeBlock } from "@causeway/protocol/block";
import type { Address, Hash } from "@causeway/protocol/hex";
import { PREDEPLOYS } from "@causeway/protocol/predeploys";
import { readyDigest } from "@causeway/protocol/ready";
import { Interface, type Wallet, ZeroAddress } from "ethers";
import { CHAIN_ID, genesisInput } from "../support/genesisInput.js";
import { addressOf, wallet } from "../support/keys.js";
import { makeChain, type TestChain, unsealedCertificate } from "../support/makeChain.js";
import { signed } from "../support/transactions.js";

const VALIDATOR_SET = new Interface(abi);
const EPOCH_LENGTH = 10;
const ETHER = 10n ** 18n;
const [ADD_VALIDATOR, REMOVE_VALIDATOR] = [0, 1];

const keys = [10, 11, 12, 13].map((i) => addressOf(wallet(i))).sort();
const operators = [20, 21, 22, 23].map(wallet);
const candidate = wallet(40);
const candidateOperator = wallet(50);

/** The contract in our own VM, and the list as consensus reads it (V1). */
describe("a change of the validator set (V1, V3, V4)", () => {
  let builder: TestChain;
  let follower: TestChain;
  const nonces = new Map<Wallet, number>();

  before(async () => {
    const input = genesisInput({
      causeway: { epochLength: EPOCH_LENGTH },
      accounts: new Map(
        [...operators, candidateOperator].map((account) => [addressOf(account), 10n * ETHER]),
      ),
    });
    builder = await makeChain(input);
    follower = await makeChain(input);
  });
  after(async () => {
    await builder.dispose();
    await follower.dispose();
  });

  /** A block that both nodes execute, with the outcome of its transactions. */
  async function mine(
    ...calls: readonly (readonly [Wallet, string, readonly unknown[]])[]
  ): Promise<boolean[]> {
    for (const [from, name, args] of calls) {
      const nonce = nonces.get(from) ?? 0;
      nonces.set(from, nonce + 1);
      const data = VALIDATOR_SET.encodeFunctionData(name, args);
      await builder.pool.add(
        await signed(from, { nonce, to: PREDEPLOYS.validatorSet, data, gasLimit: 1_000_000n }),
      );
    }
    const { block, outcome } = await builder.build();
    await follower.execution.execute(decodeBlock(block.bytes), new AbortController().signal);
    for (const { execution } of [builder, follower]) {
      await execution.commit(block, unsealedCertificate(block, outcome));
    }
    const receipts = (await builder.reader.receipts(block.height)) ?? [];
    assert.equal(receipts.length, calls.length, "every call is in the block");
    return receipts.map(({ status }) => Number(status) === 1);
  }

  async function mineTo(height: number): Promise<void> {
    while (builder.execution.head().height < height) await mine();
  }

  /** postReady over the head, as the candidate's node and a carrier make it. */
  function ready(blockNumber: number, recentBlockHash: Hash): [Wallet, string, readonly unknown[]] {
    const digest = readyDigest(CHAIN_ID, { candidate: addressOf(candidate), recentBlockHash });
    const { serialized } = candidate.signingKey.sign(digest);
    return [operators[3] as Wallet, "postReady", [candidate.address, blockNumber, serialized]];
  }

  const nextSet = (): readonly Address[] => builder.execution.head().nextValidators;
  const [a, b, c] = operators as [Wallet, Wallet, Wallet, ...Wallet[]];

  it("checks Ready by BLOCKHASH: of this chain, and neither now nor later", async () => {
    await mineTo(2);
    const { height, hash } = builder.execution.head();
    const other = `0x${"77".repeat(32)}` as Hash;
    assert.deepEqual(await mine(ready(height, other), ready(height + 1, hash), ready(height, hash)), [
      false,
      false,
      true,
    ]);
  });

  it("adds at the next epoch what q operators voted for in this one", async () => {
    const proposal = [ADD_VALIDATOR, candidate.address, candidateOperator.address];
    assert.deepEqual(await mine([a, "propose", proposal]), [true]);
    assert.deepEqual(await mine([b, "vote", [0]], [c, "vote", [0]]), [true, true]);
    const grown = [...keys, addressOf(candidate)].sort();
    while (builder.execution.head().height < EPOCH_LENGTH) {
      assert.deepEqual(nextSet(), keys, `S(${builder.execution.head().height + 1}) is the old set`);
      await mine();
    }
    assert.deepEqual(nextSet(), grown, `S(${EPOCH_LENGTH + 1}) is the new one`);
    assert.deepEqual(follower.execution.head().nextValidators, grown);
    await mine();
    assert.deepEqual(builder.execution.head().validators, grown);
  });

  it("lets the new operator vote, and takes a removal into account an epoch later", async () => {
    const removed = keys[0] as Address;
    await mine([candidateOperator, "propose", [REMOVE_VALIDATOR, removed, ZeroAddress]]);
    const votes = [a, b, c].map((operator) => [operator, "vote", [1]] as const);
    assert.deepEqual(await mine(...votes), [true, true, true]);
    await mineTo(2 * EPOCH_LENGTH);
    assert.deepEqual(nextSet(), [...keys.slice(1), addressOf(candidate)].sort());
  });
});
