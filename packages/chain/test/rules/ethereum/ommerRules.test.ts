import assert from "node:assert/strict";
import type { Address } from "@causeway/protocol/hex";
import { ForkSchedule } from "../../../src/rules/ethereum/forkSchedule.js";
import type { Header } from "../../../src/types/header.js";
import {
  forkConfig,
  makeEthereumChain,
  ommerOn,
  type TestEthereumChain,
} from "../../support/makeEthereumChain.js";

const ETHER = 10n ** 18n;
const OMMER_MINER: Address = `0x${"0e".repeat(20)}`;

describe("ommers (Yellow Paper 11.1)", () => {
  let chain: TestEthereumChain;
  let schedule: ForkSchedule;
  beforeEach(async () => {
    chain = await makeEthereumChain(forkConfig("byzantium"));
    schedule = new ForkSchedule(chain.genesis.config);
    for (let i = 0; i < 8; i++) await chain.mine();
  });
  afterEach(() => chain.close());

  const at = async (number: number): Promise<Header> => (await chain.reader.header(number)) ?? assert.fail();
  const ommer = async (parent: number, changed: Partial<Header> = {}) =>
    ommerOn(await at(parent), schedule, { miner: OMMER_MINER, ...changed });
  const refused = async (ommers: readonly Header[], message: RegExp) =>
    assert.rejects(
      chain.import(await chain.block({ ommers })),
      (error: { code: string; message: string }) => {
        assert.equal(error.code, "eth.ommers");
        assert.match(error.message, message);
        return true;
      },
    );

  it("pay their miner by how near they are, and the block that names them 1/32 each", async () => {
    const before = (await chain.reader.account((await at(8)).miner, 8)).balance;
    const mined = await chain.mine({ ommers: [await ommer(7), await ommer(5)] });
    const paid = (await chain.reader.account(OMMER_MINER, 9)).balance;
    assert.equal(paid, (3n * ETHER * (7n + 5n)) / 8n);
    const after = (await chain.reader.account(mined.miner, 9)).balance;
    assert.equal(after - before, 3n * ETHER + (2n * 3n * ETHER) / 32n);
    const block = await chain.reader.block(9);
    assert.deepEqual(
      block?.ommers.map(({ number }) => number),
      [8, 6],
    );
  });

  it("raise the difficulty of what follows (EIP-100)", async () => {
    const plain = await chain.mine();
    const named = await chain.mine({ ommers: [await ommer(7)] });
    const [afterPlain, afterNamed] = [named.difficulty, (await chain.mine()).difficulty];
    assert.equal(afterPlain, plain.difficulty, "no step for 12 seconds");
    assert.ok(afterNamed > named.difficulty);
  });

  it("are at most two", async () => {
    const three = await Promise.all([5, 6, 7].map((parent) => ommer(parent)));
    await refused(three, /are 3, at most 2/);
  });

  it("are named once", async () => {
    const one = await ommer(7);
    await refused([one, one], /holds already/);
    await chain.mine({ ommers: [one] });
    await refused([one], /holds already/);
    await refused([await at(8)], /holds already/);
  });

  it("are children of an ancestor within seven generations, and not of the parent", async () => {
    await refused([await ommer(8)], /no ancestor that may have one/);
    await refused([await ommer(1)], /no ancestor that may have one/);
    await chain.mine({ ommers: [await ommer(2)] });
  });

  it("are valid headers themselves", async () => {
    await refused([await ommer(7, { gasLimit: 1n })], /gasLimit/);
    await refused([await ommer(7, { difficulty: 131_072n * 2n })], /difficulty/);
    await refused([await ommer(7, { number: 9 })], /number/);
  });

  it("end with the merge (EIP-3675)", async () => {
    const merged = await makeEthereumChain(forkConfig("paris"));
    const genesis = await merged.head();
    const block = await merged.block({ ommers: [{ ...genesis, number: 1 }] });
    await assert.rejects(merged.import(block), (error: { code: string }) => error.code === "eth.ommers");
    await merged.close();
  });
});
