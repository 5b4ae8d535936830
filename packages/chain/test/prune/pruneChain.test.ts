import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Address, Hash } from "@causeway/protocol/hex";
import { getCreateAddress, type Wallet } from "ethers";
import { isChainError } from "../../src/chainError.js";
import { buildGenesis } from "../../src/genesis/buildGenesis.js";
import { pruneChain } from "../../src/prune/pruneChain.js";
import { nodeKey } from "../../src/snapshot/nodeKey.js";
import { StateWalk } from "../../src/snapshot/stateWalk.js";
import { type Database, openDatabase } from "../../src/store/database.js";
import { keys } from "../../src/store/keys.js";
import { FUNDED, genesisInput } from "../support/genesisInput.js";
import { addressOf, wallet } from "../support/keys.js";
import { makeChain, openTestChain, type TestChain } from "../support/makeChain.js";
import { CREATION_CODE, signed, word } from "../support/transactions.js";

const HEIGHT = 300;
const KEEP = 128;
const OLDEST = HEIGHT - KEEP + 1;
const OVERRIDES = { causeway: { epochLength: 25 } };
const [alice, bob, carol] = FUNDED as [Wallet, Wallet, Wallet];
const store = getCreateAddress({ from: bob.address, nonce: 0 });
const factory = getCreateAddress({ from: carol.address, nonce: 0 });

/** Accounts, slots and contracts come, change and go. */
async function offer({ pool }: TestChain, height: number): Promise<void> {
  const nonce = height - 1;
  // Some accounts again and again, one in three for the first time.
  const to = wallet(height % 3 === 0 ? 1_000 + height : 500 + (height % 40)).address;
  await pool.add(await signed(alice, { nonce, to, value: 5n }));
  if (height === 1) {
    await pool.add(await signed(bob, { nonce, data: CREATION_CODE.store, gasLimit: 200_000n }));
    await pool.add(await signed(carol, { nonce, data: CREATION_CODE.factory, gasLimit: 200_000n }));
    return;
  }
  const value = height % 4 === 0 ? 0 : height;
  const data = `0x${word(height % 24)}${word(value)}`;
  await pool.add(await signed(bob, { nonce, to: store, data, gasLimit: 100_000n }));
  // New code, each time another.
  const runtime = `0x61${height.toString(16).padStart(4, "0")}60005260206000f3`;
  await pool.add(await signed(carol, { nonce, to: factory, data: runtime, gasLimit: 300_000n }));
}

interface States {
  readonly roots: readonly Hash[];
  /** By key, what each state consists of. */
  readonly nodes: readonly ReadonlyMap<string, string>[];
}

function walk(database: Database, root: Hash): Map<string, string> {
  const state = new StateWalk(root);
  const nodes = new Map<string, string>();
  for (let item = state.next(); item !== null; item = state.next()) {
    const key = nodeKey(item);
    const value = database.get(keys.node(key));
    assert.ok(value, `${item.kind} node ${item.hash} below ${root}`);
    nodes.set(key, Buffer.from(value).toString("hex"));
    state.visit(value);
  }
  return nodes;
}

async function withDatabase<T>(dataDir: string, use: (database: Database) => Promise<T> | T): Promise<T> {
  const database = await openDatabase(dataDir);
  try {
    return await use(database);
  } finally {
    await database.close();
  }
}

const hasCode = (code: string) => (error: unknown) => isChainError(error) && error.code === code;

describe("pruneChain (B14, V5)", function () {
  // A bound on waiting, for machines that are busy.
  this.timeout(300_000);
  let chain: TestChain;
  let scratch: string;
  let genesisPath: string;
  let archive: States;

  /** A copy of the closed chain's directory. */
  async function copy(): Promise<string> {
    const dataDir = await mkdtemp(join(scratch, "copy-"));
    await cp(chain.dataDir, dataDir, { recursive: true });
    return dataDir;
  }

  const prune = (
    dataDir: string,
    keep = KEEP,
    onProgress: Parameters<typeof pruneChain>[0]["onProgress"] = () => {},
  ) => pruneChain({ genesis: chain.genesis, dataDir, keep, onProgress });

  /** Every state that is said to be kept is whole, and what it was: all that a walk of it found before. */
  async function assertKept(dataDir: string, oldest: number): Promise<void> {
    const kept = new Map(archive.nodes.slice(oldest).flatMap((nodes) => [...nodes]));
    await withDatabase(dataDir, (database) => {
      for (const [key, value] of kept)
        assert.equal(Buffer.from(database.get(keys.node(key)) ?? []).toString("hex"), value, `node ${key}`);
    });
  }

  before(async () => {
    scratch = await mkdtemp(join(tmpdir(), "causeway-prune-"));
    genesisPath = join(scratch, "genesis.json");
    await writeFile(genesisPath, JSON.stringify(await buildGenesis(genesisInput(OVERRIDES))));
    chain = await makeChain(OVERRIDES);
    for (let height = 1; height <= HEIGHT; height++) {
      await offer(chain, height);
      await chain.mine();
    }
    const roots: Hash[] = [];
    for (let height = 0; height <= HEIGHT; height++)
      roots.push((await chain.reader.header(height))?.stateRoot ?? assert.fail());
    await chain.close();
    archive = await withDatabase(chain.dataDir, (database) => ({
      roots,
      nodes: roots.map((root) => walk(database, root)),
    }));
  });
  after(async () => {
    await rm(scratch, { recursive: true, force: true });
    await rm(chain.dataDir, { recursive: true, force: true });
  });

  it("keeps the last states whole and as they were, and deletes what only older ones had", async () => {
    const dataDir = await copy();
    const report = await prune(dataDir);
    assert.equal(report.head, HEIGHT);
    assert.equal(report.oldestState, OLDEST);
    assert.deepEqual([report.statesKept, report.raisedBy], [KEEP, null]);
    await withDatabase(dataDir, (database) => {
      for (let height = OLDEST; height <= HEIGHT; height++)
        assert.deepEqual(
          walk(database, archive.roots[height] as Hash),
          archive.nodes[height],
          `state ${height}`,
        );
    });
    const needed = new Set(archive.nodes.slice(OLDEST).flatMap((nodes) => [...nodes.keys()]));
    const all = new Set(archive.nodes.flatMap((nodes) => [...nodes.keys()]));
    assert.equal(
      report.nodesKept + report.nodesDeleted,
      all.size,
      "a chain stores what belongs to its states",
    );
    // The filter takes one in a thousand for a kept one.
    assert.ok(
      report.nodesKept >= needed.size && report.nodesKept <= needed.size * 1.01,
      `${report.nodesKept}`,
    );
    assert.ok(report.nodesDeleted >= (all.size - needed.size) * 0.99);
    await withDatabase(dataDir, (database) => {
      const gone = [...all].filter((key) => !needed.has(key) && database.get(keys.node(key)) === undefined);
      assert.ok(gone.length >= (all.size - needed.size) * 0.99);
    });
    assert.ok(report.bytesAfter < report.bytesBefore);
  });

  it("refuses the state before the oldest, naming it, in each kind of read; blocks and receipts stay", async () => {
    const dataDir = await copy();
    await prune(dataDir);
    const pruned = await openTestChain(chain.genesis, dataDir);
    try {
      const { reader } = pruned;
      assert.equal(reader.stateStart(), OLDEST);
      const holder = addressOf(alice);
      const contract = store.toLowerCase() as Address;
      const call = { to: contract, data: "0x" as const };
      const limits = { gasMax: 1_000_000n };
      const reads: ((number: number) => Promise<unknown>)[] = [
        (number) => reader.account(holder, number),
        (number) => reader.code(contract, number),
        (number) => reader.storage(contract, `0x${word(1)}`, number),
        (number) => reader.proof(contract, [`0x${word(1)}`], number),
        (number) => reader.call(call, number, limits),
        (number) => reader.estimateGas({ to: holder, value: 1n }, number, limits),
      ];
      for (const read of reads) {
        await read(OLDEST);
        await assert.rejects(read(OLDEST - 1), hasCode("StateMissing"));
        await assert.rejects(read(0), hasCode("StateMissing"));
      }
      // A block runs again on the state before it.
      const traced = async (number: number) =>
        reader.traces.roots((await reader.block(number)) ?? assert.fail(), limits);
      assert.equal((await traced(OLDEST + 1)).length, 3);
      await assert.rejects(traced(OLDEST), hasCode("StateMissing"));
      await assert.rejects(reader.account(holder, OLDEST - 1), {
        message: `missing trie node: historical state ${archive.roots[OLDEST - 1]} of block ${OLDEST - 1} is not available: this node keeps states from block ${OLDEST} on; ask an archive node`,
      });
      for (const height of [1, 25, OLDEST - 1, HEIGHT]) {
        const transactions = (await reader.block(height))?.transactions ?? assert.fail();
        assert.equal(transactions.length, 3);
        assert.equal((await reader.receipts(height))?.length, 3);
        assert.ok(await reader.certificate(height), `V5: certificate of block ${height}`);
        assert.ok(await reader.validators(height), `V5: set of block ${height}`);
        assert.equal((await reader.transaction(transactions[0]?.hash ?? assert.fail()))?.index, 0);
      }
      assert.equal(
        (await reader.logs({ fromBlock: 0, toBlock: HEIGHT, addresses: [], topics: [] }, 10)).length,
        0,
      );
    } finally {
      await pruned.close();
    }
  });

  it("leaves a chain that goes on as the whole one does, from one state on", async () => {
    const dataDir = await copy();
    assert.equal((await prune(dataDir, 1)).oldestState, HEIGHT);
    const pruned = await openTestChain(chain.genesis, dataDir);
    const whole = await openTestChain(chain.genesis, await copy());
    try {
      for (let height = HEIGHT + 1; height <= HEIGHT + 60; height++) {
        await offer(pruned, height);
        await offer(whole, height);
        assert.deepEqual(await pruned.mine(), await whole.mine());
      }
    } finally {
      await pruned.close();
      await whole.close();
    }
    // And is pruned again.
    assert.equal((await prune(dataDir, 61)).oldestState, HEIGHT);
    await withDatabase(dataDir, (database) =>
      assert.deepEqual(walk(database, archive.roots[HEIGHT] as Hash), archive.nodes[HEIGHT]),
    );
    assert.equal((await prune(dataDir, 30)).oldestState, HEIGHT + 31);
  });

  it("may end at any instant: each state that is said to be there is, and the next run finishes the work", async () => {
    const finished = await prune(await copy());
    for (const step of ["counting", "marking", "deleting", "compacting"] as const) {
      const dataDir = await copy();
      const crash = new Error(`cut off while ${step}`);
      await assert.rejects(
        prune(dataDir, KEEP, (progress) => {
          if (progress.step === step) throw crash;
        }),
        crash,
      );
      const cut = await openTestChain(chain.genesis, dataDir);
      const oldest = cut.reader.stateStart();
      await cut.close();
      assert.equal(oldest, step === "counting" || step === "marking" ? 0 : OLDEST);
      await assertKept(dataDir, oldest);
      const again = await prune(dataDir);
      assert.equal(again.nodesKept, finished.nodesKept);
      await assertKept(dataDir, OLDEST);
    }
  });

  it("keeps as many as were asked for, from one on, and brings none back", async () => {
    const dataDir = await copy();
    for (const [keep, oldest] of [
      [1_000, 0],
      [200, HEIGHT - 199],
      [127, HEIGHT - 126],
      [2, HEIGHT - 1],
      [1, HEIGHT],
      [200, HEIGHT],
    ] as const) {
      const { oldestState, statesKept, raisedBy } = await prune(dataDir, keep);
      assert.deepEqual([oldestState, statesKept, raisedBy], [oldest, HEIGHT - oldest + 1, null]);
    }
    await withDatabase(dataDir, (database) =>
      assert.deepEqual(walk(database, archive.roots[HEIGHT] as Hash), archive.nodes[HEIGHT]),
    );
  });

  it("deletes nothing where a state it should keep is broken", async () => {
    const dataDir = await copy();
    await withDatabase(dataDir, (database) =>
      database.write([], [keys.node((archive.roots[HEIGHT] as Hash).slice(2))]),
    );
    await assert.rejects(prune(dataDir), hasCode("DatabaseUnusable"));
    await withDatabase(dataDir, (database) =>
      assert.deepEqual(walk(database, archive.roots[1] as Hash), archive.nodes[1]),
    );
  });

  it("killed again and again, leaves what it says is there, and finishes in the end", async () => {
    const dataDir = await copy();
    const finished = await prune(await copy());
    // From before it has opened the database to after it has ended.
    for (let delayMs = 50; ; delayMs *= 1.5) {
      const output = await pruneInProcess(dataDir, delayMs);
      const opened = await openTestChain(chain.genesis, dataDir);
      const oldest = opened.reader.stateStart();
      await opened.close();
      assert.ok(oldest === 0 || oldest === OLDEST);
      await assertKept(dataDir, oldest);
      if (output === null) continue;
      assert.equal((JSON.parse(output) as { nodesKept: number }).nodesKept, finished.nodesKept);
      break;
    }
  });

  it("DatabaseLocked: refuses while a node has the directory open", async () => {
    const dataDir = await copy();
    const running = await openTestChain(chain.genesis, dataDir);
    try {
      assert.equal(await pruneInProcess(dataDir, null), "DatabaseLocked");
    } finally {
      await running.close();
    }
  });

  /** In a process of its own, killed some time after it has begun. @returns its last line; null when it was killed. */
  async function pruneInProcess(dataDir: string, killAfterMs: number | null): Promise<string | null> {
    const script = fileURLToPath(new URL("../support/pruneProcess.js", import.meta.url));
    const child = spawn(process.execPath, [script, genesisPath, dataDir, String(KEEP)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
      if (killAfterMs !== null && output === "ready\n") setTimeout(() => child.kill("SIGKILL"), killAfterMs);
    });
    const [, signal] = (await once(child, "close")) as [number | null, string | null];
    return signal === "SIGKILL" ? null : (output.trim().split("\n").at(-1) ?? "");
  }
});
