import assert from "node:assert/strict";
import type { Header } from "@causeway/chain/types/header";
import type { Receipt } from "@causeway/chain/types/receipt";
import type { Transaction } from "@causeway/chain/types/transaction";
import { ZERO_HASH } from "@causeway/protocol/hex";
import { formatBlock } from "../src/format/block.js";
import { formatHeader } from "../src/format/header.js";
import { rawReceipt } from "../src/format/rawReceipt.js";
import { formatReceipt } from "../src/format/receipt.js";
import { formatTransaction } from "../src/format/transaction.js";
import { FakeChain } from "./support/fakeChain.js";

/** What forks added to a header, oldest first. */
const ADDED = [
  ["baseFeePerGas"],
  ["withdrawalsRoot"],
  ["blobGasUsed", "excessBlobGas", "parentBeaconBlockRoot"],
  ["requestsHash"],
] as const;

describe("what blocks of older forks lack", () => {
  const block = async () => (await new FakeChain().reader.block(0)) ?? assert.fail();
  /** The header with what the first `forks` added, and nothing newer. */
  const headerOf = async (forks: number): Promise<Header> => {
    const { header } = await block();
    const missing = ADDED.slice(forks).flat();
    return { ...header, ...Object.fromEntries(missing.map((name) => [name, null])) };
  };

  it("is not in their headers, as in geth's", async () => {
    for (let forks = 0; forks <= ADDED.length; forks++) {
      const fields = Object.keys(formatHeader(await headerOf(forks)));
      for (const [i, names] of ADDED.entries()) {
        for (const name of names)
          assert.equal(fields.includes(name), i < forks, `${name} after ${forks} forks`);
      }
    }
  });

  it("is not in their blocks: no withdrawals before Shanghai, ommers by hash", async () => {
    const [full, header] = [await block(), await headerOf(0)];
    const ommer = { ...header, hash: `0x${"0e".repeat(32)}` as const };
    const old = formatBlock({ ...full, header, ommers: [ommer], withdrawals: null }, false);
    assert.deepEqual(old.uncles, [ommer.hash]);
    assert.equal("withdrawals" in old, false);
    const withdrawal = { index: 1n, validatorIndex: 2n, address: header.miner, amount: 3n };
    const since = formatBlock({ ...full, withdrawals: [withdrawal] }, false);
    assert.deepEqual(since.withdrawals, [
      { index: "0x1", validatorIndex: "0x2", address: header.miner, amount: "0x3" },
    ]);
  });

  it("stands as a state root in receipts before Byzantium, blob gas only where there were blobs", async () => {
    const receipt: Receipt = {
      transactionHash: ZERO_HASH,
      transactionIndex: 0,
      blockHash: ZERO_HASH,
      blockNumber: 1,
      from: `0x${"aa".repeat(20)}`,
      to: null,
      type: 0,
      status: null,
      root: `0x${"11".repeat(32)}`,
      cumulativeGasUsed: 21_000n,
      gasUsed: 21_000n,
      effectiveGasPrice: 1n,
      blobGasUsed: null,
      blobGasPrice: null,
      contractAddress: null,
      logs: [],
      logsBloom: `0x${"00".repeat(256)}`,
    };
    const old = formatReceipt(receipt);
    assert.deepEqual(["status" in old, "root" in old, "blobGasUsed" in old], [false, true, false]);
    assert.ok(rawReceipt(receipt).includes(`a0${"11".repeat(32)}`));
    const since: Receipt = { ...receipt, type: 3, status: 1, root: null, blobGasUsed: 9n, blobGasPrice: 2n };
    const told = Object.entries(formatReceipt(since)).filter(([name]) => /blob|status|root/.test(name));
    assert.deepEqual(Object.fromEntries(told), { blobGasPrice: "0x2", blobGasUsed: "0x9", status: "0x1" });
  });

  it("is not in transactions: blob fields are those of type 3", async () => {
    const legacy: Transaction = {
      hash: ZERO_HASH,
      type: 0,
      chainId: null,
      nonce: 0n,
      from: `0x${"aa".repeat(20)}`,
      to: null,
      value: 0n,
      gas: 21_000n,
      gasPrice: 7n,
      maxFeePerGas: null,
      maxPriorityFeePerGas: null,
      maxFeePerBlobGas: null,
      blobVersionedHashes: null,
      input: "0x",
      accessList: null,
      authorizationList: null,
      v: 27n,
      r: 1n,
      s: 1n,
      raw: new Uint8Array(),
    };
    const old = formatTransaction(legacy, { header: await headerOf(0), index: 0 });
    assert.deepEqual([old.gasPrice, "maxFeePerBlobGas" in old, "chainId" in old], ["0x7", false, false]);
    const hashes = [`0x01${"00".repeat(31)}` as const];
    const blob = formatTransaction(
      { ...legacy, type: 3, maxFeePerBlobGas: 5n, blobVersionedHashes: hashes },
      { header: await headerOf(4), index: 0 },
    );
    assert.deepEqual(
      { maxFeePerBlobGas: "0x5", blobVersionedHashes: hashes },
      Object.fromEntries(Object.entries(blob).filter(([name]) => /blob/i.test(name))),
    );
  });
});
