import assert from "node:assert/strict";
import { getAddress, ZeroAddress } from "ethers";
import { type Scene, traceeOnTwin } from "../support/traceeRun.js";

interface Entry {
  readonly type: string;
  readonly depth: number;
  readonly from: string;
  readonly to: string;
  readonly value: string | null;
  readonly output: string;
}

interface Operation {
  readonly type: number;
  readonly from: string;
  readonly to: string;
  readonly value: string;
}

interface Page {
  readonly txs: readonly { readonly hash: string; readonly blockNumber: string }[];
  readonly receipts: readonly { readonly transactionHash: string; readonly timestamp: number }[];
  readonly firstPage: boolean;
  readonly lastPage: boolean;
}

interface OtsBlock {
  readonly block: Readonly<Record<string, unknown>>;
  readonly issuance: object;
  readonly totalFees: string;
}

describe("ots_* and erigon_*, what Otterscan asks for", () => {
  const play = traceeOnTwin();
  const { hashOf, ours, theirs } = play;

  it("are of level 8, with Erigon's header: the probes at its start", async () => {
    assert.equal(await ours("ots_getApiLevel"), 8);
    const header = await ours("eth_getHeaderByNumber", "0x2");
    assert.deepEqual(await ours("erigon_getHeaderByNumber", "0x2"), header);
    assert.deepEqual(await ours("erigon_getHeaderByNumber", 2), header);
    assert.equal(await ours("erigon_getHeaderByNumber", "0x99"), null);
    assert.equal(await ours("erigon_blockNumber"), await ours("eth_blockNumber"));
  });

  it("ots_getBlockDetails: the block without its transactions, issuance and fees", async () => {
    const details = await ours<OtsBlock>("ots_getBlockDetails", 2);
    const { transactions, ...block } = await ours<
      Record<string, unknown> & { hash: string; transactions: [] }
    >("eth_getBlockByNumber", "0x2", false);
    assert.deepEqual(details.block, { ...block, logsBloom: null, transactionCount: transactions.length });
    assert.deepEqual(details.issuance, { blockReward: "0x0", uncleReward: "0x0", issuance: "0x0" });
    const { gasUsed, effectiveGasPrice } = await ours<Record<string, string>>(
      "eth_getTransactionReceipt",
      hashOf("make"),
    );
    assert.equal(BigInt(details.totalFees), BigInt(gasUsed ?? 0) * BigInt(effectiveGasPrice ?? 0));
    assert.deepEqual(await ours("ots_getBlockDetailsByHash", block.hash), details);
    assert.deepEqual(await ours("ots_getBlockDetails", "0x2"), details);
    assert.equal(await ours("ots_getBlockDetails", 99), null);
    assert.equal(await ours("ots_getBlockDetailsByHash", `0x${"12".repeat(32)}`), null);
  });

  it("ots_getBlockTransactions: pages from the end, selectors for inputs, receipts without logs", async () => {
    type Answer = {
      fullblock: { transactionCount: number; transactions: { hash: string; input: string }[] };
      receipts: { transactionHash: string; logs: null; logsBloom: null }[];
    };
    const [first, second] = [await play.twin.queue({ value: 1n }), await play.twin.queue({ value: 2n })];
    const height = await play.twin.mine();
    const newest = await ours<Answer>("ots_getBlockTransactions", height, 0, 1);
    const oldest = await ours<Answer>("ots_getBlockTransactions", height, 1, 1);
    const beyond = await ours<Answer>("ots_getBlockTransactions", height, 2, 1);
    const hashes = ({ fullblock }: Answer) => fullblock.transactions.map(({ hash }) => hash);
    assert.deepEqual([hashes(newest), hashes(oldest), hashes(beyond)], [[second], [first], []]);
    assert.equal(newest.fullblock.transactionCount, 2);
    assert.equal(newest.receipts[0]?.transactionHash, second);
    const [call] = (await ours<Answer>("ots_getBlockTransactions", 2, 0, 25)).fullblock.transactions;
    assert.equal(call?.input.length, 10);
    const calls = await ours<Answer>("ots_getBlockTransactions", 3, 0, 25);
    assert.deepEqual([calls.receipts[0]?.logs, calls.receipts[0]?.logsBloom], [null, null]);
  });

  it("ots_traceTransaction: anvil's calls, and creations and destructions, with their depth", async () => {
    for (const scene of ["calls", "failLate", "deep", "delegated", "transfer"] as const) {
      const mine = await ours<Entry[]>("ots_traceTransaction", hashOf(scene));
      const anvils = await theirs<Entry[]>("ots_traceTransaction", hashOf(scene));
      // Erigon, and with it Otterscan, has no value where none is sent; anvil writes 0 or the caller's.
      const sent = (entries: Entry[]) =>
        entries.map((entry) => (/^(STATIC|DELEGATE)/.test(entry.type) ? { ...entry, value: null } : entry));
      assert.deepEqual(mine, sent(anvils), scene);
    }
    const made = await ours<Entry[]>("ots_traceTransaction", hashOf("make"));
    assert.deepEqual(
      made.map(({ type, depth }) => `${depth} ${type}`),
      ["0 CALL", "1 CREATE", "1 CREATE2", "1 CREATE", "1 CALL", "2 SELFDESTRUCT"],
    );
    const failed = await ours<Entry[]>("ots_traceTransaction", hashOf("failures"));
    assert.ok(failed.every(({ to }) => getAddress(to) !== undefined));
    assert.ok(failed.some(({ type, to }) => type === "CREATE" && to === ZeroAddress));
    const precompiles = await ours<Entry[]>("ots_traceTransaction", hashOf("precompiles"));
    assert.deepEqual(
      precompiles.map(({ type }) => type),
      ["CALL"],
    );
  });

  it("ots_getInternalOperations: what moved, was made and destroyed inside, but not what failed", async () => {
    for (const scene of ["make", "calls", "kill"] as const) {
      const anvils = await theirs<Operation[]>("ots_getInternalOperations", hashOf(scene));
      const sender = play.twin.sender.address.toLowerCase();
      const inside = anvils.filter(({ type, from }) => type !== 0 || from !== sender);
      assert.deepEqual(await ours("ots_getInternalOperations", hashOf(scene)), inside, scene);
    }
    const failures = await ours<Operation[]>("ots_getInternalOperations", hashOf("failures"));
    assert.deepEqual(
      failures.map(({ type }) => type),
      [2],
    );
    assert.deepEqual(await ours("ots_getInternalOperations", hashOf("failLate")), []);
  });

  it("ots_getTransactionError: what a failed transaction returned", async () => {
    for (const [scene, hash] of play.run.hashes) {
      assert.equal(
        await ours("ots_getTransactionError", hash),
        await theirs("ots_getTransactionError", hash),
        scene,
      );
    }
  });

  it("ots_hasCode, ots_getContractCreator: also of contracts that contracts made", async () => {
    const child = `0x${(await ours<string>("eth_getStorageAt", play.run.tracee, "0x1", "latest")).slice(26)}`;
    for (const contract of [play.run.tracee, child]) {
      assert.equal(await ours("ots_hasCode", contract, "latest"), true);
      assert.equal(await ours("ots_hasCode", contract, "0x0"), false);
      const creator = await ours("ots_getContractCreator", contract);
      assert.deepEqual(creator, await theirs("ots_getContractCreator", contract));
    }
    // A predeploy stood there from the beginning.
    assert.equal(await ours("ots_getContractCreator", `0x${"ca01".padStart(40, "0")}`), null);
    assert.equal(await ours("ots_getContractCreator", play.twin.sender.address), null);
  });

  it("ots_getTransactionBySenderAndNonce", async () => {
    const sender = play.twin.sender.address;
    for (const [nonce, hash] of [...play.run.hashes.values()].entries()) {
      assert.equal(await ours("ots_getTransactionBySenderAndNonce", sender, nonce), hash);
    }
    assert.equal(await ours("ots_getTransactionBySenderAndNonce", sender, 999), null);
    // Creations inside use nonces up, too.
    assert.equal(await ours("ots_getTransactionBySenderAndNonce", play.run.tracee, 1), null);
  });

  it("ots_searchTransactions*: all parties of all frames, page by page, both ways", async () => {
    const child = `0x${(await ours<string>("eth_getStorageAt", play.run.tracee, "0x1", "latest")).slice(26)}`;
    const touching: readonly [string, readonly Scene[]][] = [
      [child, ["make", "calls", "failLate", "kill"]],
      [`0x${"dead".padStart(40, "0")}`, ["calls"]],
      [`0x${"44".repeat(20)}`, ["transfer"]],
      [play.run.authority, ["delegated"]],
    ];
    for (const [address, scenes] of touching) {
      const expected = scenes.map(hashOf).reverse();
      const down = await walk("ots_searchTransactionsBefore", address, ({ txs }) => txs.at(-1)?.blockNumber);
      assert.deepEqual(down.flatMap(hashesOf), expected, address);
      assert.deepEqual(
        down.map(({ firstPage }) => firstPage),
        down.map((_, i) => i === 0),
      );
      assert.deepEqual(
        down.map(({ lastPage }) => lastPage),
        down.map((_, i) => i === down.length - 1),
      );
      const up = await walk("ots_searchTransactionsAfter", address, ({ txs }) => txs[0]?.blockNumber);
      assert.deepEqual(up.reverse().flatMap(hashesOf), expected, address);
    }
    const nobody = await ours<Page>("ots_searchTransactionsBefore", `0x${"55".repeat(20)}`, 0, 25);
    assert.deepEqual(nobody, { txs: [], receipts: [], firstPage: true, lastPage: true });
    const [receipt] = (await ours<Page>("ots_searchTransactionsBefore", child, 0, 1)).receipts;
    const { timestamp } = await ours<{ timestamp: string }>("eth_getBlockByNumber", "0x7", false);
    assert.equal(receipt?.timestamp, Number(timestamp));
  });

  it("ots_searchTransactions*: a page ends with a whole block", async () => {
    const heir = `0x${"66".repeat(20)}`;
    const sent = [
      await play.twin.queue({ to: heir }),
      await play.twin.queue({ to: heir }),
      await play.twin.queue({ to: heir }),
    ];
    const height = await play.twin.mine();
    const before = await ours<Page>("ots_searchTransactionsBefore", heir, 0, 1);
    assert.deepEqual(hashesOf(before), [...sent].reverse());
    assert.equal(before.lastPage, true);
    const after = await ours<Page>("ots_searchTransactionsAfter", heir, height - 1, 2);
    assert.deepEqual([hashesOf(after), after.firstPage], [[...sent].reverse(), true]);
  });

  it("says what is wrong with a request", async () => {
    const cases: [string, readonly unknown[], number, RegExp][] = [
      ["ots_getBlockTransactions", [1, 0, 0], -32602, /want a page size above 0/],
      ["ots_getBlockTransactions", [1, -1, 5], -32602, /want a page number/],
      [
        "ots_searchTransactionsBefore",
        [play.run.tracee, 0, 5_000],
        -32602,
        /page size too large \(max 1000\)/,
      ],
      ["ots_searchTransactionsAfter", ["0x12", 0, 5], -32602, /want 40 for address/],
      ["ots_traceTransaction", [`0x${"00".repeat(32)}`], -32000, /^transaction 0x0+ not found$/],
      ["ots_getBlockDetails", [-1], -32602, /^invalid argument 0/],
      ["ots_getTransactionBySenderAndNonce", [play.run.tracee, "x"], -32602, /^invalid argument 1/],
    ];
    for (const [method, params, code, message] of cases) {
      const error = await play.twin.ours.error(method, ...params);
      assert.equal(error[0], code, `${method}: ${error[1]}`);
      assert.match(error[1], message);
    }
  });

  /** Page by page until there is nothing more. @param edge the block the next page begins beyond. */
  async function walk(
    method: string,
    address: string,
    edge: (page: Page) => string | undefined,
  ): Promise<Page[]> {
    const pages: Page[] = [];
    let height = 0;
    for (;;) {
      const page = await ours<Page>(method, address, height, 2);
      pages.push(page);
      assert.deepEqual(
        page.receipts.map(({ transactionHash }) => transactionHash),
        hashesOf(page),
      );
      const ended = method.endsWith("Before") ? page.lastPage : page.firstPage;
      const next = edge(page);
      if (ended || next === undefined) return pages;
      height = Number(next);
    }
  }
});

function hashesOf({ txs }: Page): string[] {
  return txs.map(({ hash }) => hash);
}
