import assert from "node:assert/strict";
import type { ChainReader } from "@causeway/chain/chainReader";
import { importBlocks } from "@causeway/chain/import/importBlocks";
import type { Logger } from "@causeway/chain/logger";
import { type EthereumChain, openEthereumChain } from "@causeway/chain/openEthereumChain";
import type { Database } from "@causeway/chain/store/database";
import { parseEthereumGenesis } from "@causeway/protocol/ethereumGenesis";
import { fromHex, type Hex } from "@causeway/protocol/hex";
import { type Fixture, isInvalid } from "./fixture.js";
import { gethGenesis } from "./gethGenesis.js";

const SILENT: Logger = { info() {}, warn() {}, error() {} };

/** Where a case keeps its chain. */
export interface FixtureStore {
  readonly dataDir: string;
  /** Opened whenever the chain is. */
  readonly database: () => Promise<Database>;
}

/** What a refused block was refused for, by its place in the fixture. */
export type Refusals = ReadonlyMap<number, string>;

/**
 * Import a case's blocks into a new chain, close it, open it again and compare the head and every account with what the
 * case says.
 * @throws AssertionError at the first difference.
 */
export async function runFixture(fixture: Fixture, store: FixtureStore): Promise<Refusals> {
  const genesis = parseEthereumGenesis(gethGenesis(fixture));
  const open = async () =>
    openEthereumChain({
      genesis,
      dataDir: store.dataDir,
      log: SILENT,
      journal: null,
      database: await store.database(),
    });
  const chain = await open();
  let refusals: Refusals;
  try {
    assert.equal(chain.reader.genesisHash, fixture.genesisBlockHeader.hash, "hash of the genesis block");
    refusals = await importAll(chain, fixture);
  } finally {
    await chain.close();
  }
  const again = await open();
  try {
    await compareState(again.reader, fixture);
  } finally {
    await again.close();
  }
  return refusals;
}

/** One at a time: some cases go on after a block that must be refused. */
async function importAll(
  { import: importBlock, reader }: EthereumChain,
  fixture: Fixture,
): Promise<Refusals> {
  const refusals = new Map<number, string>();
  const target = { import: importBlock, head: () => headOf(reader) };
  for (const [i, block] of fixture.blocks.entries()) {
    const before = await headOf(reader);
    const { hash, error } = await importBlocks(bytesOf(block.rlp), target);
    if (!isInvalid(block)) {
      assert.equal(error, null, `block ${i} is valid, refused for ${error?.rule}: ${error?.message}`);
      continue;
    }
    assert.ok(error !== null, `block ${i} must be refused for ${block.expectException}`);
    assert.notEqual(error.rule, "EngineFault", error.message);
    assert.equal(hash, before.hash, "the head stays where a block is refused");
    refusals.set(i, error.rule);
  }
  return refusals;
}

async function* bytesOf(rlp: Hex): AsyncGenerator<Uint8Array> {
  yield fromHex(rlp);
}

async function headOf(reader: ChainReader) {
  const header = await reader.header(reader.headNumber());
  assert.ok(header !== null);
  return header;
}

async function compareState(reader: ChainReader, fixture: Fixture): Promise<void> {
  const { number, hash, stateRoot } = await headOf(reader);
  assert.equal(hash, fixture.lastblockhash, "hash of the head");
  if (fixture.postStateHash !== undefined) assert.equal(stateRoot, fixture.postStateHash, "state root");
  for (const [key, expected] of Object.entries(fixture.postState ?? {})) {
    const address = key.toLowerCase() as Hex;
    const { balance, nonce } = await reader.account(address, number);
    assert.equal(balance, BigInt(expected.balance), `balance of ${address}`);
    assert.equal(nonce, BigInt(expected.nonce), `nonce of ${address}`);
    assert.equal(await reader.code(address, number), expected.code.toLowerCase(), `code of ${address}`);
    for (const [slot, value] of Object.entries(expected.storage)) {
      const found = await reader.storage(address, word(slot), number);
      assert.equal(BigInt(found), BigInt(value), `slot ${slot} of ${address}`);
    }
  }
}

function word(slot: string): Hex {
  return `0x${BigInt(slot).toString(16).padStart(64, "0")}`;
}
