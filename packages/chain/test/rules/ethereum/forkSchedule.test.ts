import assert from "node:assert/strict";
import { parseEthereumGenesis } from "@causeway/protocol/ethereumGenesis";
import { EMPTY_LIST_HASH } from "../../../src/codec/header.js";
import { blobBaseFee, GAS_PER_BLOB, nextExcessBlobGas } from "../../../src/rules/ethereum/blobGas.js";
import { nextDifficulty } from "../../../src/rules/ethereum/difficulty.js";
import { ForkSchedule } from "../../../src/rules/ethereum/forkSchedule.js";
import { forkConfig } from "../../support/makeEthereumChain.js";

function scheduleOf(config: Readonly<Record<string, unknown>>): ForkSchedule {
  const genesis = { config: { chainId: 1, ...config }, gasLimit: 1, difficulty: 1, alloc: {} };
  return new ForkSchedule(parseEthereumGenesis(genesis).config);
}

describe("fork schedule", () => {
  it("counts blocks up to the merge and times since", () => {
    const schedule = scheduleOf({
      ...forkConfig("istanbul"),
      homesteadBlock: 0,
      berlinBlock: 5,
      londonBlock: 7,
      terminalTotalDifficulty: 1_000,
      shanghaiTime: 90,
      cancunTime: 100,
    });
    const at = (number: number, timestamp: number, difficulty: bigint) =>
      schedule.at({ number, timestamp, difficulty });
    assert.equal(at(4, 95, 1n), "istanbul");
    assert.equal(at(5, 0, 1n), "berlin");
    assert.equal(at(7, 95, 1n), "london", "time means nothing before the merge");
    assert.equal(at(8, 89, 0n), "paris");
    assert.equal(at(8, 90, 0n), "shanghai");
    assert.equal(at(8, 1_000, 0n), "cancun");
    assert.deepEqual([schedule.isPostMerge(999n), schedule.isPostMerge(1_000n)], [false, true]);
  });

  it("takes a chain that never names Petersburg for one that never had what it takes back, as geth does", () => {
    const constantinople = { ...forkConfig("byzantium"), constantinopleBlock: 3 };
    const at = (schedule: ForkSchedule) => schedule.at({ number: 3, timestamp: 0, difficulty: 1n });
    assert.equal(at(scheduleOf(constantinople)), "petersburg");
    assert.equal(at(scheduleOf({ ...constantinople, petersburgBlock: 4 })), "constantinople");
  });

  it("writes the genesis block by the forks of its time though it came before the merge", () => {
    const schedule = scheduleOf({ ...forkConfig("cancun"), terminalTotalDifficulty: 5 });
    assert.equal(schedule.atGenesis(0), "cancun");
    assert.equal(schedule.at({ number: 0, timestamp: 0, difficulty: 1n }), "london");
  });

  it("gives each fork the blob parameters of the newest that sets any (EIP-7840, EIP-7892)", () => {
    const mainnet = scheduleOf(forkConfig("bpo1"));
    assert.equal(mainnet.blobs("shanghai"), null);
    assert.deepEqual(mainnet.blobs("osaka"), { target: 6, max: 9, baseFeeUpdateFraction: 5_007_716 });
    assert.deepEqual(mainnet.blobs("bpo1"), { target: 10, max: 15, baseFeeUpdateFraction: 8_346_193 });
    const own = { target: 1, max: 2, baseFeeUpdateFraction: 3 };
    assert.deepEqual(scheduleOf({ blobSchedule: { osaka: own } }).blobs("osaka"), own);
  });
});

describe("blob gas", () => {
  const cancun = { target: 3, max: 6, baseFeeUpdateFraction: 3_338_477 };
  const parent = (excess: bigint, blobs: bigint, baseFeePerGas = 7n) => ({
    excessBlobGas: excess,
    blobGasUsed: blobs * GAS_PER_BLOB,
    baseFeePerGas,
  });

  it("costs e times as much for every fraction of excess (EIP-4844)", () => {
    assert.deepEqual(
      [0n, 2_314_057n, 2_314_058n, 10n * 1024n * 1024n].map((excess) => blobBaseFee(excess, cancun)),
      [1n, 1n, 2n, 23n],
    );
  });

  it("in excess is what was used beyond the target", () => {
    assert.equal(nextExcessBlobGas(parent(0n, 3n), cancun, false), 0n);
    assert.equal(nextExcessBlobGas(parent(0n, 4n), cancun, false), GAS_PER_BLOB);
    assert.equal(nextExcessBlobGas(parent(2n * GAS_PER_BLOB, 0n), cancun, false), 0n);
  });

  it("falls no further while execution costs more than blobs (EIP-7918)", () => {
    const low = parent(10n * GAS_PER_BLOB, 6n, 1_000_000_000n);
    assert.equal(nextExcessBlobGas(low, cancun, false), 13n * GAS_PER_BLOB);
    assert.equal(nextExcessBlobGas(low, cancun, true), 13n * GAS_PER_BLOB);
    const idle = parent(10n * GAS_PER_BLOB, 0n, 1_000_000_000n);
    assert.equal(nextExcessBlobGas(idle, cancun, false), 7n * GAS_PER_BLOB);
    assert.equal(nextExcessBlobGas(idle, cancun, true), 10n * GAS_PER_BLOB);
    assert.equal(nextExcessBlobGas({ ...idle, baseFeePerGas: 16n }, cancun, true), 7n * GAS_PER_BLOB);
  });
});

describe("difficulty", () => {
  const parent = (number: number, difficulty: bigint, sha3Uncles = EMPTY_LIST_HASH) => ({
    number,
    timestamp: 1_000,
    difficulty,
    sha3Uncles,
  });

  it("of the first block of Ethereum's chain", () => {
    const genesis = { ...parent(0, 17_179_869_184n), timestamp: 0 };
    assert.equal(nextDifficulty(genesis, 1_438_269_988, "frontier"), 17_171_480_576n);
  });

  it("steps by seconds as each fork counts them", () => {
    const step = 1_000_000_000n / 2_048n;
    const moved = (seconds: number, fork: "frontier" | "homestead" | "byzantium", uncles = EMPTY_LIST_HASH) =>
      (nextDifficulty(parent(10, 1_000_000_000n, uncles), 1_000 + seconds, fork) - 1_000_000_000n) / step;
    assert.deepEqual([moved(12, "frontier"), moved(13, "frontier")], [1n, -1n]);
    assert.deepEqual(
      [9, 10, 20, 5_000].map((seconds) => moved(seconds, "homestead")),
      [1n, 0n, -1n, -99n],
    );
    assert.deepEqual(
      [8, 9, 18, 5_000].map((seconds) => moved(seconds, "byzantium")),
      [1n, 0n, -1n, -99n],
    );
    assert.equal(moved(8, "byzantium", `0x${"11".repeat(32)}`), 2n);
  });

  it("never falls below its minimum, and grows by the bomb as late as each fork puts it", () => {
    assert.equal(nextDifficulty(parent(10, 131_072n), 9_999, "homestead"), 131_072n);
    const bomb = (number: number, fork: "homestead" | "byzantium" | "muirGlacier" | "grayGlacier") =>
      nextDifficulty(parent(number - 1, 131_072n), 9_999, fork) - 131_072n;
    assert.deepEqual([bomb(199_999, "homestead"), bomb(200_000, "homestead")], [0n, 1n]);
    assert.deepEqual([bomb(3_199_999, "byzantium"), bomb(3_500_000, "byzantium")], [0n, 8n]);
    assert.deepEqual([bomb(9_199_999, "muirGlacier"), bomb(9_300_000, "muirGlacier")], [0n, 2n]);
    assert.deepEqual([bomb(11_599_999, "grayGlacier"), bomb(11_600_000, "grayGlacier")], [0n, 1n]);
  });
});
