import assert from "node:assert/strict";
import type { Address, Hash } from "@causeway/protocol/hex";
import { getCreateAddress } from "ethers";
import { isChainError } from "../../src/chainError.js";
import type { Creation, TransactionResult } from "../../src/engine/engine.js";
import { AddressIndex, type AppearancePage } from "../../src/store/addressIndex.js";
import { keys } from "../../src/store/keys.js";
import { FUNDED } from "../support/genesisInput.js";
import { makeChain, type TestChain } from "../support/makeChain.js";
import { MemoryDatabase } from "../support/memoryDatabase.js";
import { CREATION_CODE, signed } from "../support/transactions.js";

const address = (n: number): Address => `0x${n.toString(16).padStart(40, "0")}`;
const [ALICE, BOB, TOKEN, NOBODY] = [address(1), address(2), address(3), address(9)];

/** A transaction as far as the index looks at it. */
function result(
  from: Address,
  to: Address | null,
  others: readonly Address[] = [],
  creations: readonly Creation[] = [],
): TransactionResult {
  const parties = { addresses: others, creations };
  return { transaction: { from, to }, contractAddress: null, parties } as unknown as TransactionResult;
}

const heights = ({ places }: AppearancePage) => places.map(({ number, index }) => `${number}.${index}`);

describe("index of addresses", () => {
  let database: MemoryDatabase;
  let index: AddressIndex;
  let head: number;

  async function write(number: number, results: readonly TransactionResult[]): Promise<void> {
    await database.write(index.puts(number, results));
    head = number;
  }

  beforeEach(async () => {
    database = new MemoryDatabase();
    head = 0;
    index = new AddressIndex(database, () => head);
    await write(1, [result(ALICE, BOB), result(ALICE, TOKEN, [BOB])]);
    await write(2, []);
    await write(3, [result(BOB, ALICE), result(BOB, TOKEN)]);
    await write(7, [result(ALICE, null, [TOKEN], [{ contract: TOKEN, creator: ALICE }])]);
  });

  it("finds every transaction of a party, newest or oldest first, before and after a block", () => {
    assert.deepEqual(heights(index.before(ALICE, 8, 10)), ["7.0", "3.0", "1.1", "1.0"]);
    assert.deepEqual(heights(index.before(ALICE, 7, 10)), ["3.0", "1.1", "1.0"]);
    assert.deepEqual(heights(index.before(BOB, 3, 10)), ["1.1", "1.0"]);
    assert.deepEqual(heights(index.after(BOB, 0, 10)), ["1.0", "1.1", "3.0", "3.1"]);
    assert.deepEqual(heights(index.after(BOB, 1, 10)), ["3.0", "3.1"]);
    assert.deepEqual(index.before(NOBODY, 8, 10), { places: [], more: false });
    assert.deepEqual(index.after(NOBODY, 0, 10), { places: [], more: false });
  });

  it("gives whole blocks, and says whether there is more", () => {
    assert.deepEqual(index.before(ALICE, 8, 1), { places: [{ number: 7, index: 0 }], more: true });
    assert.deepEqual(
      [heights(index.before(BOB, 8, 1)), index.before(BOB, 8, 1).more],
      [["3.1", "3.0"], true],
    );
    assert.deepEqual([heights(index.after(BOB, 0, 1)), index.after(BOB, 0, 1).more], [["1.0", "1.1"], true]);
    assert.equal(index.after(BOB, 1, 1).more, false);
    assert.equal(index.before(BOB, 2, 2).more, false);
  });

  it("counts a party once a transaction, however often it took part", async () => {
    await write(8, [result(ALICE, ALICE, [ALICE, ALICE])]);
    assert.deepEqual(heights(index.before(ALICE, 9, 1)), ["8.0"]);
    assert.deepEqual(heights(index.before(ALICE, 8, 1)), ["7.0"]);
  });

  it("goes on where another life of the node ended", async () => {
    index = new AddressIndex(database, () => head);
    await write(9, [result(BOB, NOBODY)]);
    assert.deepEqual(heights(index.after(BOB, 2, 10)), ["3.0", "3.1", "9.0"]);
  });

  it("shows nothing of a block that is not yet told of", () => {
    const reader = new AddressIndex(database, () => 3);
    assert.deepEqual(heights(reader.before(ALICE, 99, 10)), ["3.0", "1.1", "1.0"]);
    assert.deepEqual(heights(reader.after(ALICE, 1, 10)), ["3.0"]);
    assert.equal(reader.creation(TOKEN), null);
  });

  it("knows who made a contract, and where", () => {
    assert.deepEqual(index.creation(TOKEN), { contract: TOKEN, creator: ALICE, number: 7, index: 0 });
    assert.equal(index.creation(BOB), null);
  });

  it("HistoryMissing: a node that began later says from which block on it knows", async () => {
    database = new MemoryDatabase();
    index = new AddressIndex(database, () => head);
    await write(5, [result(ALICE, BOB)]);
    await write(6, [result(ALICE, BOB)]);
    const missing = (error: unknown) =>
      isChainError(error) && error.code === "HistoryMissing" && /from block 5 on/.test(error.message);
    assert.deepEqual(heights(index.before(ALICE, 7, 1)), ["6.0"]);
    assert.deepEqual(heights(index.after(ALICE, 4, 9)), ["5.0", "6.0"]);
    assert.deepEqual(
      [heights(index.before(ALICE, 7, 9)), index.before(ALICE, 7, 9).more],
      [["6.0", "5.0"], true],
    );
    assert.throws(() => index.before(ALICE, 5, 2), missing);
    assert.throws(() => index.before(NOBODY, 7, 2), missing);
    assert.throws(() => index.after(ALICE, 3, 2), missing);
    assert.throws(() => index.creation(TOKEN), missing);
  });

  it("DatabaseUnusable: names the appearance that is gone", () => {
    database.stored.delete(Buffer.from(keys.appearance(ALICE, 1)).toString("hex"));
    assert.throws(
      () => index.before(ALICE, 8, 10),
      (error) => isChainError(error) && error.code === "DatabaseUnusable" && error.message.includes(ALICE),
    );
  });
});

describe("parties of executed transactions", () => {
  let chain: TestChain;
  const from = FUNDED[0] ?? assert.fail();
  const sender = from.address.toLowerCase() as Address;
  let nonce = 0;
  before(async () => {
    chain = await makeChain();
  });
  after(() => chain.dispose());

  async function run(to: Address | null, data: string): Promise<Hash> {
    const request = { nonce: nonce++, to, data, gasLimit: 1_000_000n };
    const hash = await chain.pool.add(await signed(from, request));
    await chain.mine();
    return hash;
  }

  it("are those of inner frames, too, and outlive a restart", async () => {
    const deployed = await chain.reader.receipt(await run(null, CREATION_CODE.factory));
    const factory = deployed?.contractAddress ?? assert.fail();
    await run(factory, CREATION_CODE.store);
    const { number } = (await chain.reader.header(chain.reader.headNumber())) ?? assert.fail();
    chain = await chain.reopen();
    const { places } = await chain.reader.appearances(factory, number + 1, "before", 10);
    assert.deepEqual(
      places.map((place) => place.number),
      [number, number - 1],
    );
    assert.deepEqual(await chain.reader.creation(factory), {
      contract: factory,
      creator: sender,
      number: number - 1,
      index: 0,
    });
  });

  it("leave out contracts made in a frame that failed, not the frame itself", async () => {
    const makesAndFails = "5f5f5ff0fe";
    // Makes a contract by the code above, which fails, and goes on.
    const outlives = `0x64${makesAndFails}5f526005601b5ff05000`;
    for (const [code, status] of [
      [`0x${makesAndFails}`, 0],
      [outlives, 1],
    ] as const) {
      const receipt = await chain.reader.receipt(await run(null, code));
      assert.equal(receipt?.status, status);
      const outer = createdBy(sender, nonce - 1);
      const inner = createdBy(outer, 1);
      const lost = status === 0 ? [outer, inner] : [inner, createdBy(inner, 1)];
      for (const contract of lost) {
        assert.equal(await chain.reader.creation(contract), null);
        const { places } = await chain.reader.appearances(contract, 0, "after", 1);
        assert.deepEqual(places, [{ number: chain.reader.headNumber(), index: 0 }]);
      }
      assert.equal((await chain.reader.creation(outer))?.creator, status === 0 ? undefined : sender);
    }
  });
});

function createdBy(from: Address, nonce: number): Address {
  return getCreateAddress({ from, nonce }).toLowerCase() as Address;
}
