import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Certificate } from "@causeway/protocol/certificate";
import type { Checkpoint } from "@causeway/protocol/checkpoint";
import type { Genesis } from "@causeway/protocol/genesis";
import { genesisValidators } from "@causeway/protocol/genesis";
import type { Address, Hash } from "@causeway/protocol/hex";
import { PREDEPLOYS } from "@causeway/protocol/predeploys";
import { RLP } from "@ethereumjs/rlp";
import { Interface } from "ethers";
import { toHex } from "../../src/codec/hex.js";
import { slotKey } from "../../src/execution/slotKey.js";
import { genesisBlock } from "../../src/genesis/genesisBlock.js";
import { exportSnapshot } from "../../src/snapshot/exportSnapshot.js";
import { readRecords, writeRecords } from "../../src/snapshot/recordStream.js";
import { restoreChain } from "../../src/snapshot/restoreChain.js";
import type { SnapshotRecord } from "../../src/snapshot/snapshotRecord.js";
import { ChainStore } from "../../src/store/chainStore.js";
import { openDatabase, openDatabaseAt } from "../../src/store/database.js";
import { keys } from "../../src/store/keys.js";
import { FUNDED } from "../support/genesisInput.js";
import { addressOf, wallet } from "../support/keys.js";
import { makeChain, openTestChain, SILENT, type TestChain } from "../support/makeChain.js";
import { domainOf, mineSealed, seal, sealedCertificate } from "../support/sealedChain.js";
import { CREATION_CODE, signed, word } from "../support/transactions.js";

const EPOCH_LENGTH = 4;
/** Five, then four by an override, then three by a vote. */
const OVERRIDDEN = 3;
const VOTED = 5;
/** Beyond what 256 headers reach back to. */
const HEIGHT = 266;
const OPERATOR = FUNDED[0] ?? assert.fail();
const KEYS = [10, 11, 12, 13, 14].map((i) => addressOf(wallet(i))).sort();
/** Bits of the file that are turned, one by one. */
const BITS = 24;
const SLOW_MS = 180_000;
/** What the chain holds besides its genesis. */
const STORED = { slot: 5, value: 99 };

type Records = readonly SnapshotRecord[];

const hasCode = (code: string) => (error: { code: string }) => {
  assert.equal(error.code, code, String(error));
  return true;
};

async function* inPieces(bytes: Uint8Array, size = 10_007): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}

async function recordsOf(bytes: Uint8Array): Promise<SnapshotRecord[]> {
  const records: SnapshotRecord[] = [];
  for await (const record of readRecords(inPieces(bytes))) records.push(record);
  return records;
}

async function snapshotOf(genesis: Genesis, dataDir: string): Promise<Uint8Array> {
  const database = await openDatabase(dataDir);
  try {
    const first = await genesisBlock(genesis);
    const own = { firstValidators: genesisValidators(genesis), config: genesis.config };
    const store = await ChainStore.open(database, first, own, SILENT);
    return await collect(
      exportSnapshot({ genesis, genesisHash: first.hash, store, database, onProgress() {} }),
    );
  } finally {
    await database.close();
  }
}

describe("snapshot (N4, V5)", () => {
  let chain: TestChain;
  let genesis: Genesis;
  let bytes: Uint8Array;
  let records: Records;
  let trust: { height: number; hash: Hash };
  /** A snapshot whose head is the last block of the set that was voted out. */
  let atBoundary: Records;
  let trustAtBoundary: typeof trust;
  let contract: Address;
  /** Of the block below the head, by the same set. */
  let ofParent: Certificate;
  const directories: string[] = [];

  before(async function () {
    this.timeout(SLOW_MS);
    const operator = addressOf(OPERATOR);
    chain = await makeChain({
      validators: KEYS.map((consensusKey) => ({ consensusKey, operator })),
      causeway: { epochLength: EPOCH_LENGTH, minValidators: 1 },
      attesters: [],
      bridge: null,
    });
    await mineSealed(chain, OVERRIDDEN - 1);
    await override();
    await votedAndStored();
    await mineSealed(chain, VOTED - 1);
    genesis = chain.genesis;
    trustAtBoundary = { height: VOTED - 1, hash: chain.execution.head().hash };
    await chain.close();
    atBoundary = await recordsOf(await snapshotOf(genesis, chain.dataDir));
    chain = await openTestChain(genesis, chain.dataDir);
    await mineSealed(chain, VOTED);
    // A snapshot carries none of the certificates between.
    while (chain.execution.head().height < HEIGHT - 2) await chain.mine();
    await mineSealed(chain, HEIGHT);
    trust = { height: HEIGHT, hash: chain.execution.head().hash };
    ofParent = (await chain.reader.certificate(HEIGHT - 1)) ?? assert.fail();
    await chain.close();
    bytes = await snapshotOf(genesis, chain.dataDir);
    records = await recordsOf(bytes);
    chain = await openTestChain(genesis, chain.dataDir);
  });
  after(async () => {
    await chain.dispose();
    for (const directory of directories) await rm(directory, { recursive: true, force: true });
  });

  /** One validator voted out, two contracts with equal code, one with storage. */
  async function votedAndStored(): Promise<void> {
    const propose = new Interface(["function propose(uint8,address,address)"]).encodeFunctionData("propose", [
      1,
      chain.execution.head().nextValidators[0],
      `0x${"00".repeat(20)}`,
    ]);
    const { store } = CREATION_CODE;
    await add({ nonce: 0, to: PREDEPLOYS.validatorSet, data: propose, gasLimit: 1_000_000n });
    await add({ nonce: 1, to: null, data: store, gasLimit: 200_000n });
    await add({ nonce: 2, to: null, data: store, gasLimit: 200_000n });
    await mineSealed(chain, OVERRIDDEN);
    const receipts = (await chain.reader.receipts(OVERRIDDEN)) ?? [];
    assert.deepEqual(
      receipts.map(({ status }) => status),
      [1, 1, 1],
    );
    contract = receipts[1]?.contractAddress ?? assert.fail();
    const data = `0x${word(STORED.slot)}${word(STORED.value)}`;
    await add({ nonce: 3, to: contract, data, gasLimit: 100_000n });
  }

  async function add(request: Parameters<typeof signed>[1]): Promise<void> {
    await chain.pool.add(await signed(OPERATOR, request));
  }

  async function override(): Promise<void> {
    const { height, hash } = chain.execution.head();
    const validators = [10, 11, 12, 77].map((i) => addressOf(wallet(i))).sort();
    const causeway = {
      ...chain.genesis.config.causeway,
      override: [{ height: height + 1, parentHash: hash, validators }],
    };
    await chain.close();
    chain = await openTestChain(
      { ...chain.genesis, config: { ...chain.genesis.config, causeway } },
      chain.dataDir,
    );
  }

  async function freshDirectory(): Promise<string> {
    const directory = await mkdtemp(join(tmpdir(), "causeway-restore-"));
    directories.push(directory);
    return directory;
  }

  async function restore(snapshot: Uint8Array, trusted = trust, dataDir?: string): Promise<TestChain> {
    const directory = dataDir ?? (await freshDirectory());
    const chunks = inPieces(snapshot);
    await restoreChain({ genesis, dataDir: directory, trust: trusted, chunks, onProgress() {} });
    return openTestChain(genesis, directory);
  }

  it("holds the two changes of the set, the last 256 headers and every item of the state once", () => {
    const heights = records.flatMap((r) =>
      r.kind === "set-change" ? [r.certificate.checkpoint.height] : [],
    );
    assert.deepEqual(heights, [OVERRIDDEN - 1, VOTED - 1]);
    assert.equal(records.filter(({ kind }) => kind === "header").length, 256);
    const codes = stateItems(records).filter((item) => toHex(item).includes("6020356000355500"));
    assert.equal(codes.length, 1);
  });

  it("restored, has the head, its state, every set and the certificates of changes; and goes on the same", async () => {
    const restored = await restore(bytes);
    assert.deepEqual(restored.execution.head(), chain.execution.head());
    const [one, other] = [restored.reader, chain.reader];
    assert.equal(await one.storage(contract, slotKey(STORED.slot), HEIGHT), slotKey(STORED.value));
    assert.equal(await one.code(contract, HEIGHT), await other.code(contract, HEIGHT));
    assert.deepEqual(
      await one.account(addressOf(OPERATOR), HEIGHT),
      await other.account(addressOf(OPERATOR), HEIGHT),
    );
    for (let height = 0; height <= HEIGHT + 1; height++) {
      assert.deepEqual(await one.validators(height), await other.validators(height));
      assert.deepEqual(await one.overriddenValidators(height), await other.overriddenValidators(height));
    }
    for (const height of [VOTED - 1, OVERRIDDEN - 1, HEIGHT]) {
      assert.deepEqual(await one.certificate(height), await other.certificate(height));
    }
    assert.deepEqual(await one.block(HEIGHT), await other.block(HEIGHT));
    for (let i = 0; i < EPOCH_LENGTH + 1; i++) {
      const { block, outcome } = await chain.build();
      const certificate = sealedCertificate(
        block,
        outcome,
        chain.execution.head().nextValidators,
        domainOf(chain),
      );
      await chain.execution.commit(block, certificate);
      await restored.execution.execute(block, new AbortController().signal);
      await restored.execution.commit(block, certificate);
    }
    assert.deepEqual(restored.execution.head(), chain.execution.head());
    const again = await restored.reopen();
    assert.deepEqual(again.execution.head(), chain.execution.head());
    await again.dispose();
  });

  it("says clearly what it cannot answer of the time before", async () => {
    const { reader, ...restored } = await restore(bytes);
    await assert.rejects(
      reader.header(3),
      /HistoryMissing|block 3 is not kept here: .* snapshot of block 266/,
    );
    await assert.rejects(reader.block(HEIGHT - 1), hasCode("HistoryMissing"));
    await assert.rejects(reader.receipts(HEIGHT), hasCode("HistoryMissing"));
    await assert.rejects(reader.account(contract, HEIGHT - 1), hasCode("StateMissing"));
    await assert.rejects(reader.account(contract, 0), hasCode("StateMissing"));
    await assert.rejects(
      reader.account(contract, 3),
      /^CausewayError: missing trie node: historical state of block 3 is not available: .* from block 266 on/,
    );
    const filter = { fromBlock: 0, toBlock: HEIGHT, addresses: [], topics: [] };
    await assert.rejects(reader.logs(filter, 100), hasCode("HistoryMissing"));
    assert.equal((await reader.block(0))?.header.hash, reader.genesisHash);
    // Peers that ask for what is not here get nothing.
    assert.equal(await reader.rawBlock(3), null);
    assert.equal((await reader.header(HEIGHT - 255))?.number, HEIGHT - 255);
    await restored.dispose();
  });

  it("of a restored chain is byte for byte the snapshot of the chain", async () => {
    const restored = await restore(bytes);
    await restored.close();
    assert.deepEqual(Buffer.compare(await snapshotOf(genesis, restored.dataDir), bytes), 0);
  });

  it("restored, gets its indexes back if it loses them, its first block's among them", async () => {
    const snapshot = await collect(writeRecords(asAsync(atBoundary)));
    const restored = await restore(snapshot, trustAtBoundary);
    const [transaction] = (await restored.reader.block(VOTED - 1))?.transactions ?? [];
    const hash = transaction?.hash ?? assert.fail("the head has no transaction");
    await restored.close();
    const database = await openDatabase(restored.dataDir);
    await database.write([], [keys.transaction(hash)]);
    await database.close();
    const again = await openTestChain(genesis, restored.dataDir);
    assert.equal((await again.reader.transaction(hash))?.header.number, VOTED - 1);
    await again.dispose();
  });

  it("trusts a change of the set, too, or any of its headers", async () => {
    const change = records.find((r) => r.kind === "set-change") ?? assert.fail();
    assert.equal(change.kind, "set-change");
    if (change.kind !== "set-change") return;
    const { height, blockHash } = change.certificate.checkpoint;
    await (await restore(bytes, { height, hash: blockHash })).dispose();
    const { hash } = (await chain.reader.header(HEIGHT - 255)) ?? assert.fail();
    await (await restore(bytes, { height: HEIGHT - 255, hash })).dispose();
  });

  it("DatabaseExists: is not restored over a chain", async () => {
    const restored = await restore(bytes);
    await restored.close();
    await assert.rejects(restore(bytes, trust, restored.dataDir), hasCode("DatabaseExists"));
  });

  it("is restored over what a crashed restore left, which opens as nothing", async () => {
    const dataDir = await freshDirectory();
    const leftover = await openDatabaseAt(join(dataDir, "chain.restoring"));
    await leftover.write([{ key: Uint8Array.of(1), value: Uint8Array.of(2) }]);
    await leftover.close();
    await (await restore(bytes, trust, dataDir)).close();
    assert.equal(existsSync(join(dataDir, "chain.restoring")), false);
  });

  it("is restored over what a crashed restore left, which opens no more", async () => {
    const dataDir = await freshDirectory();
    const leftover = join(dataDir, "chain.restoring");
    await mkdir(leftover, { recursive: true });
    await writeFile(join(leftover, "000003.log"), "half");
    await (await restore(bytes, trust, dataDir)).close();
    assert.equal(existsSync(leftover), false);
  });

  it("is not restored where another process restores one", async () => {
    const dataDir = await freshDirectory();
    const draft = join(dataDir, "chain.restoring");
    const database = new URL("../../src/store/database.js", import.meta.url).href;
    const holds = `
      const { openDatabaseAt } = await import(${JSON.stringify(database)});
      await openDatabaseAt(${JSON.stringify(draft)});
      console.log("open");
      setInterval(() => {}, 1_000);`;
    const other = spawn(process.execPath, ["--input-type=module", "-e", holds], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      await once(other.stdout, "data");
      await assert.rejects(restore(bytes, trust, dataDir), hasCode("DatabaseLocked"));
      assert.ok(existsSync(join(draft, "CURRENT")), "is left as it was");
    } finally {
      other.kill("SIGKILL");
      await once(other, "close");
    }
  });

  describe("is refused, leaving nothing behind,", () => {
    /** @param change the records of an otherwise honest file, whose checksum is right again. */
    async function refused(code: string, change: (records: Records) => Records, trusted = trust) {
      await refusedBytes(code, await collect(writeRecords(asAsync(change(records)))), trusted);
    }

    async function refusedBytes(code: string, snapshot: Uint8Array, trusted = trust) {
      const dataDir = await freshDirectory();
      await assert.rejects(restore(snapshot, trusted, dataDir), hasCode(code));
      assert.deepEqual(await readdir(dataDir), []);
    }

    const cases: readonly (readonly [string, string, (records: Records) => Records])[] = [
      ["SnapshotState", "a balance changed", (all) => withItems(all, (items) => items.map(flipped(1)))],
      ["SnapshotState", "a node missing", (all) => withItems(all, (items) => items.toSpliced(3, 1))],
      ["SnapshotState", "the last node missing", (all) => withItems(all, (items) => items.slice(0, -1))],
      [
        "SnapshotState",
        "a node too much",
        (all) => withItems(all, (items) => [...items, items[0] ?? assert.fail()]),
      ],
      [
        "SnapshotCode",
        "code changed",
        (all) =>
          withItems(all, (items) =>
            items.map((item) => (toHex(item).includes("6020356000355500") ? flip(item) : item)),
          ),
      ],
      ["SnapshotHeader", "a header missing", (all) => dropped(all, (r) => r.kind === "header", 7)],
      ["SnapshotHeader", "the oldest header missing", (all) => dropped(all, (r) => r.kind === "header", 0)],
      [
        "SnapshotHeader",
        "a header changed",
        (all) => mapped(all, "header", (r) => ({ ...r, bytes: flip(r.bytes) }), 9),
      ],
      ["SnapshotHeader", "the newest header missing", (all) => dropped(all, (r) => r.kind === "header", 255)],
      [
        "SnapshotSetChange",
        "a change without quorum",
        (all) => mapped(all, "set-change", (r) => ({ ...r, certificate: belowQuorum(r.certificate) })),
      ],
      [
        "SnapshotSetChange",
        "a change sealed by a stranger",
        (all) => mapped(all, "set-change", (r) => ({ ...r, certificate: sealedByAnother(r.certificate) })),
      ],
      [
        "SnapshotSetChange",
        "a change to another set than was certified",
        (all) => mapped(all, "set-change", (r) => ({ ...r, next: r.next.slice(1) }), 1),
      ],
      [
        "SnapshotHeader",
        "the voted change missing",
        (all) => dropped(all, (r) => r.kind === "set-change", 1),
      ],
      ["SnapshotSetChange", "the override missing", (all) => dropped(all, (r) => r.kind === "set-change", 0)],
      ["SnapshotSetChange", "no change at all", (all) => all.filter(({ kind }) => kind !== "set-change")],
      ["SnapshotSetChange", "a change twice", (all) => [...all.slice(0, 3), ...all.slice(2)]],
      [
        "SnapshotSetChange",
        "the override's set replaced",
        (all) =>
          dropped(
            mapped(all, "set-change", (r) => ({ ...r, next: r.next.slice(1) })),
            (r) => r.kind === "set-change",
            1,
          ),
      ],
      [
        "SnapshotSetChange",
        "the changes in another order",
        (all) => [all[0] ?? assert.fail(), all[2] ?? assert.fail(), all[1] ?? assert.fail(), ...all.slice(3)],
      ],
      [
        "SnapshotHead",
        "a head without quorum",
        (all) => mapped(all, "head", (r) => ({ ...r, certificate: belowQuorum(r.certificate) })),
      ],
      [
        "SnapshotHead",
        "the certificate of another block",
        (all) => mapped(all, "head", (r) => ({ ...r, certificate: ofParent })),
      ],
      [
        "SnapshotHead",
        "a head with another body",
        (all) =>
          mapped(all, "head", (r) => {
            const [header] = RLP.decode(r.block) as unknown as Uint8Array[][];
            return { ...r, block: RLP.encode([header ?? assert.fail(), [new Uint8Array([1, 2])], [], []]) };
          }),
      ],
      [
        "SnapshotHead",
        "a head with withdrawals",
        (all) =>
          mapped(all, "head", (r) => {
            const [header, transactions, ommers] = RLP.decode(r.block) as unknown as Uint8Array[][];
            const withdrawal = [1, 2, 3, 4].map((n) => Uint8Array.of(n));
            return {
              ...r,
              block: RLP.encode([header, transactions, ommers, [withdrawal]] as Uint8Array[][][]),
            };
          }),
      ],
      [
        "SnapshotWrongChain",
        "another chain",
        (all) => mapped(all, "begin", (r) => ({ ...r, chainId: r.chainId + 1 })),
      ],
      [
        "SnapshotWrongChain",
        "another genesis",
        (all) => mapped(all, "begin", (r) => ({ ...r, genesisHash: r.hash })),
      ],
      ["SnapshotFormat", "no head", (all) => all.filter(({ kind }) => kind !== "head")],
      ["SnapshotFormat", "no beginning", (all) => all.slice(1)],
    ];
    for (const [code, what, change] of cases) {
      it(`${code}: ${what}`, () => refused(code, change));
    }

    it("SnapshotSetChange: the change after the head itself", async () => {
      const snapshot = await collect(writeRecords(asAsync(atBoundary)));
      await (await restore(snapshot, trustAtBoundary)).dispose();
      const without = () => dropped(atBoundary, (r) => r.kind === "set-change", 1);
      await refused("SnapshotSetChange", without, trustAtBoundary);
    });

    it("SnapshotHeader: more headers than a snapshot holds, before any further one is kept", async () => {
      const older = await chain.reader.rawBlock(HEIGHT - 256);
      const [header] = RLP.decode(older ?? assert.fail()) as unknown as Uint8Array[][];
      const at = records.findIndex(({ kind }) => kind === "header");
      const longer = records.toSpliced(at, 0, { kind: "header", bytes: RLP.encode(header ?? assert.fail()) });
      const snapshot = await collect(writeRecords(asAsync(longer)));
      await assert.rejects(restore(snapshot, trust, await freshDirectory()), /more than 256 headers/);
    });

    it("SnapshotHead: a certificate that is not of the head, though a quorum sealed it", async () => {
      const other = `0x${"ab".repeat(32)}` as const;
      const changes: readonly Partial<Checkpoint>[] = [
        ...[{ height: HEIGHT - 1 }, { timestamp: 1 }, { blockHash: other }, { stateRoot: other }],
        { validatorSetHash: other },
      ];
      const set = (await chain.reader.validators(HEIGHT)) ?? assert.fail();
      for (const change of changes) {
        const [field] = Object.keys(change);
        const lie = mapped(records, "head", (r) => ({
          ...r,
          certificate: seal({ ...r.certificate.checkpoint, ...change }, set, domainOf(chain)),
        }));
        const snapshot = await collect(writeRecords(asAsync(lie)));
        await assert.rejects(
          restore(snapshot, trust, await freshDirectory()),
          new RegExp(`certificate's ${field} is not the head's`),
        );
      }
    });

    it("SnapshotTrust: another hash at a height it has, and a height it says nothing of", async () => {
      const other = `0x${"ab".repeat(32)}` as const;
      for (const height of [HEIGHT, HEIGHT - 255, VOTED - 1]) {
        await refusedBytes("SnapshotTrust", bytes, { height, hash: other });
      }
      for (const height of [0, HEIGHT - 256, HEIGHT + 1]) {
        await refusedBytes("SnapshotTrust", bytes, { ...trust, height });
      }
    });

    it("SnapshotTruncated: any part of it missing at the end", async () => {
      for (const length of [0, 3, 40, 5_000, bytes.length - 100, bytes.length - 1]) {
        await refusedBytes("SnapshotTruncated", bytes.subarray(0, length));
      }
    });

    it("SnapshotTrailing, SnapshotChecksum: bytes after it, another checksum", async () => {
      await refusedBytes("SnapshotTrailing", Buffer.concat([bytes, Buffer.of(0)]));
      await refusedBytes("SnapshotChecksum", flip(bytes));
    });

    it("SnapshotFormat: no snapshot at all, a version to come, a record without bound", async () => {
      await refusedBytes("SnapshotFormat", Buffer.from("\0\0\0\x05hello"));
      await refusedBytes("SnapshotFormat", Buffer.from("ffffffff00", "hex"));
      const version = Buffer.from(bytes);
      version[4 + 2 + 1 + 1 + "causeway-snapshot".length] = 2;
      await refusedBytes("SnapshotFormat", version);
    });

    it("whatever single bit is wrong", async function () {
      this.timeout(SLOW_MS);
      for (let i = 0; i < BITS; i++) {
        const broken = Buffer.from(bytes);
        const at = Math.floor((i * bytes.length) / BITS) + (i % 7);
        broken[at] = (broken[at] ?? 0) ^ (1 << (i % 8));
        const dataDir = await freshDirectory();
        await assert.rejects(restore(broken, trust, dataDir), /snapshot: /, `byte ${at}`);
        assert.deepEqual(await readdir(dataDir), []);
      }
    });
  });
});

async function* asAsync(records: Records): AsyncGenerator<SnapshotRecord> {
  yield* records;
}

function stateItems(records: Records): readonly Uint8Array[] {
  return records.flatMap((record) => (record.kind === "state" ? record.items : []));
}

/** The same records with all state in one. */
function withItems(
  records: Records,
  change: (items: readonly Uint8Array[]) => readonly Uint8Array[],
): Records {
  const items = change(stateItems(records));
  return [...records.filter(({ kind }) => kind !== "state"), { kind: "state", items }];
}

/** The records with the n-th of a kind changed. */
function mapped<K extends SnapshotRecord["kind"]>(
  records: Records,
  kind: K,
  change: (record: Extract<SnapshotRecord, { kind: K }>) => SnapshotRecord,
  n = 0,
): Records {
  let seen = 0;
  return records.map((record) =>
    record.kind === kind && seen++ === n ? change(record as Extract<SnapshotRecord, { kind: K }>) : record,
  );
}

/** The records without the n-th of those. */
function dropped(records: Records, is: (record: SnapshotRecord) => boolean, n: number): Records {
  let seen = 0;
  return records.filter((record) => !(is(record) && seen++ === n));
}

/** The last byte is another. */
function flip(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[copy.length - 1] = (copy[copy.length - 1] ?? 0) ^ 1;
  return copy;
}

function flipped(n: number): (item: Uint8Array, i: number) => Uint8Array {
  return (item, i) => (i === n ? flip(item) : item);
}

function belowQuorum({ checkpoint, signers, seals }: Certificate): Certificate {
  return { checkpoint, signers: signers & (signers - 1n), seals: seals.slice(1) };
}

/** The seal of the first signer, made by a key of no set. */
function sealedByAnother(certificate: Certificate): Certificate {
  const [first, ...rest] = certificate.seals;
  const stranger = wallet(99).signingKey.sign(`0x${"11".repeat(32)}`).serialized;
  return {
    ...certificate,
    seals: [first === undefined ? assert.fail() : (stranger as typeof first), ...rest],
  };
}
