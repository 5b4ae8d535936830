import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { decodeBlock } from "@causeway/protocol/block";
import type { Genesis } from "@causeway/protocol/genesis";
import { type Address, type Hash, ZERO_HASH } from "@causeway/protocol/hex";
import { PREDEPLOYS, VALIDATOR_SET_SLOTS } from "@causeway/protocol/predeploys";
import type { ValidatorOverride } from "@causeway/protocol/validatorOverride";
import { type ValidatorSet, validatorSetHash } from "@causeway/protocol/validatorSet";
import { FIRST_CONSENSUS_KEY_SLOT, readValidators } from "../../src/execution/readValidators.js";
import { slotKey } from "../../src/execution/slotKey.js";
import { operatorSlot } from "../../src/execution/validatorListWrites.js";
import { addressOf, wallet } from "../support/keys.js";
import { makeChain, openTestChain, type TestChain } from "../support/makeChain.js";

const EPOCH_LENGTH = 5;
const CAUSEWAY = { epochLength: EPOCH_LENGTH, minValidators: 1 };
const ANY = new AbortController().signal;

function withOverride(genesis: Genesis, override: ValidatorOverride | null): Genesis {
  const causeway = {
    ...genesis.config.causeway,
    override: override === null ? null : [{ ...override, validators: [...override.validators] }],
  };
  return { ...genesis, config: { ...genesis.config, causeway } };
}

function sorted(...keys: number[]): ValidatorSet {
  return keys.map((i) => addressOf(wallet(i))).sort();
}

const hasCode = (code: string) => (error: { code: string }) => {
  assert.equal(error.code, code, String(error));
  return true;
};

describe("emergency override (V6)", () => {
  let chain: TestChain;
  /** Two of the four go on with a newcomer. */
  const list = sorted(10, 12, 77);
  const old = sorted(10, 11, 12, 13);

  beforeEach(async () => {
    chain = await makeChain({ causeway: CAUSEWAY });
  });
  afterEach(() => chain.dispose());

  async function mineTo(height: number): Promise<Hash> {
    while (chain.execution.head().height < height) await chain.mine();
    return chain.execution.head().hash;
  }

  /** Stop the chain below `height` and start it again with the override there. */
  async function override(height: number, operators?: ValidatorOverride["operators"]): Promise<void> {
    const parentHash = await mineTo(height - 1);
    const genesis = withOverride(chain.genesis, { height, parentHash, validators: list, operators });
    await chain.close();
    chain = await openTestChain(genesis, chain.dataDir);
  }

  /** What the contract holds after a block. */
  const stored = (number: number) =>
    readValidators({
      storage: (address: Address, slot: Hash) => chain.reader.storage(address, slot, number),
    } as Parameters<typeof readValidators>[0]);

  for (const [name, height] of [
    ["inside an epoch", 8],
    ["at an epoch's first height", 6],
    ["at an epoch's last height", 5],
    ["at the first block", 1],
  ] as const) {
    it(`seals height ${height}, ${name}, and those after it with the list`, async () => {
      await override(height);
      assert.deepEqual(chain.execution.head().nextValidators, list);
      assert.deepEqual(await chain.reader.validators(height), list);
      assert.deepEqual(await chain.reader.validators(height - 1), height === 1 ? list : old);
      assert.deepEqual(await stored(height - 1), old);
      await mineTo(height + 2 * EPOCH_LENGTH);
      assert.deepEqual(await stored(height), list);
      for (let h = height; h <= height + 2 * EPOCH_LENGTH; h++) {
        assert.deepEqual(await chain.reader.validators(h), list);
        assert.equal((await chain.reader.header(h))?.extraData, validatorSetHash(list));
      }
      chain = await chain.reopen();
      assert.deepEqual(chain.execution.head().validators, list);
    });
  }

  it("makes a newcomer its own operator unless it names one, and leaves those who stay theirs", async () => {
    await override(8);
    await mineTo(8);
    const operator = (key: number) =>
      chain.reader.storage(PREDEPLOYS.validatorSet, operatorSlot(addressOf(wallet(key))), 8);
    assert.equal(await operator(77), slotKey(BigInt(wallet(77).address)));
    assert.equal(await operator(10), slotKey(BigInt(wallet(20).address)));
    assert.equal(await operator(11), ZERO_HASH);
  });

  it("leaves list and operators in ValidatorSet as if it had been built with them", async () => {
    const operators = new Map([
      [10, 20],
      [12, 92],
      [77, 87],
    ]);
    await override(
      8,
      Object.fromEntries(
        [12, 77].map((key) => [addressOf(wallet(key)), addressOf(wallet(operators.get(key) ?? 0))]),
      ),
    );
    await mineTo(8);
    const validators = [...operators].map(([key, operator]) => ({
      consensusKey: addressOf(wallet(key)),
      operator: addressOf(wallet(operator)),
    }));
    const built = await makeChain({ validators, causeway: CAUSEWAY });
    const slots = [
      slotKey(VALIDATOR_SET_SLOTS.consensusKeys),
      ...[0n, 1n, 2n, 3n, 4n].map((i) => slotKey(FIRST_CONSENSUS_KEY_SLOT + i)),
      ...[10, 11, 12, 13, 77].map((key) => operatorSlot(addressOf(wallet(key)))),
    ];
    for (const slot of slots) {
      assert.equal(
        await chain.reader.storage(PREDEPLOYS.validatorSet, slot, 8),
        await built.reader.storage(PREDEPLOYS.validatorSet, slot, 0),
      );
    }
    await built.dispose();
  });

  it("is found by a newcomer that syncs with it from the start, block by block the same", async () => {
    await override(8);
    await mineTo(12);
    const newcomer = await makeChain({ causeway: CAUSEWAY });
    await newcomer.close();
    const synced = await openTestChain(chain.genesis, newcomer.dataDir);
    for (let height = 1; height <= 12; height++) {
      const { block, outcome } = await executeOn(chain, synced, height);
      const certificate = await chain.reader.certificate(height);
      // The certificate below the override was sealed when nobody knew of it.
      assert.equal(validatorSetHash(outcome.nextValidators), certificate?.checkpoint.nextValidatorSetHash);
      await synced.execution.commit(block, certificate ?? assert.fail());
    }
    assert.deepEqual(synced.execution.head(), chain.execution.head());
    await synced.dispose();
    await rm(newcomer.dataDir, { recursive: true, force: true });
  });

  it("tells which set it put aside", async () => {
    assert.equal(await chain.reader.overriddenValidators(3), null);
    await override(8);
    assert.equal(await chain.reader.overriddenValidators(7), null);
    assert.deepEqual(await chain.reader.overriddenValidators(8), old);
    assert.deepEqual(await chain.reader.overriddenValidators(9), old);
  });

  it("V6.parentHash: is refused at start where the block below it is another", async () => {
    await mineTo(7);
    const other = `0x${"ab".repeat(32)}` as const;
    const genesis = withOverride(chain.genesis, { height: 7, parentHash: other, validators: list });
    await chain.close();
    await assert.rejects(openTestChain(genesis, chain.dataDir), hasCode("V6.parentHash"));
    chain = await openTestChain(chain.genesis, chain.dataDir);
    assert.equal(chain.execution.head().height, 7);
  });

  it("V6.validators: is refused at start where the chain went on without it, and where it is gone again", async () => {
    const plain = chain.genesis;
    const parentHash = await mineTo(7);
    await mineTo(8);
    await chain.close();
    const overridden = withOverride(plain, { height: 8, parentHash, validators: list });
    await assert.rejects(openTestChain(overridden, chain.dataDir), hasCode("V6.validators"));

    await rm(chain.dataDir, { recursive: true });
    chain = await makeChain({ causeway: CAUSEWAY });
    await override(8);
    await mineTo(9);
    await chain.close();
    await assert.rejects(openTestChain(plain, chain.dataDir), hasCode("V6.validators"));
    chain = await openTestChain(chain.genesis, chain.dataDir);
  });

  it("V6.hash: another block below it is neither executed nor built", async () => {
    const parentHash = await mineTo(7);
    const { block } = await chain.build();
    const genesis = withOverride(chain.genesis, { height: 9, parentHash, validators: list });
    await chain.close();
    chain = await openTestChain(genesis, chain.dataDir);
    await assert.rejects(chain.execution.execute(block, ANY), hasCode("V6.hash"));
    await assert.rejects(chain.build(), hasCode("V6.hash"));
  });

  it("H1.extraData, H1.coinbase: a block of the old set at its height is refused", async () => {
    const parentHash = await mineTo(7);
    const { block } = await chain.build();
    const genesis = withOverride(chain.genesis, { height: 8, parentHash, validators: sorted(77, 78) });
    await chain.close();
    chain = await openTestChain(genesis, chain.dataDir);
    await assert.rejects(chain.execution.execute(block, ANY), hasCode("H1.coinbase"));
    await chain.mine();
    assert.notEqual(chain.execution.head().hash, block.hash);
  });
});

/** Execute one chain's block on another. */
async function executeOn(from: TestChain, to: TestChain, height: number) {
  const block = decodeBlock((await from.reader.rawBlock(height)) ?? assert.fail());
  return { block, outcome: await to.execution.execute(block, ANY) };
}
