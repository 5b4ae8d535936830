import assert from "node:assert/strict";
import { parseEthereumGenesis } from "@causeway/protocol/ethereumGenesis";
import { ZERO_ADDRESS, ZERO_HASH } from "@causeway/protocol/hex";
import { ForkSchedule } from "../../src/rules/ethereum/forkSchedule.js";
import { forkConfigurations } from "../../src/rules/forkConfiguration.js";
import type { Header } from "../../src/types/header.js";

/** Cancun from genesis, then Prague, Osaka and one fork of blob parameters. */
const { config } = parseEthereumGenesis({
  config: {
    chainId: 1,
    ...{ homesteadBlock: 0, eip150Block: 0, eip155Block: 0, eip158Block: 0, byzantiumBlock: 0 },
    ...{ constantinopleBlock: 0, petersburgBlock: 0, istanbulBlock: 0, berlinBlock: 0, londonBlock: 0 },
    ...{
      terminalTotalDifficulty: 0,
      shanghaiTime: 0,
      cancunTime: 0,
      pragueTime: 100,
      osakaTime: 200,
      bpo1Time: 300,
    },
    blobSchedule: {
      cancun: { target: 3, max: 6, baseFeeUpdateFraction: 3_338_477 },
      prague: { target: 6, max: 9, baseFeeUpdateFraction: 5_007_716 },
      osaka: { target: 6, max: 9, baseFeeUpdateFraction: 5_007_716 },
      bpo1: { target: 9, max: 14, baseFeeUpdateFraction: 8_832_827 },
    },
  },
  difficulty: 0,
  gasLimit: 30_000_000,
  alloc: {},
});
const schedule = new ForkSchedule(config);
const header = (timestamp: number) => ({ hash: ZERO_HASH, number: 1, timestamp, difficulty: 0n }) as Header;
const at = (timestamp: number) => forkConfigurations(schedule, header(0), header(timestamp), ZERO_ADDRESS);

describe("forkConfigurations (EIP-7910)", () => {
  it("tells the current, the next and the last of the scheduled", () => {
    const times = (timestamp: number) => {
      const { current, next, last } = at(timestamp);
      return [current.activationTime, next?.activationTime ?? null, last?.activationTime ?? null];
    };
    assert.deepEqual(times(50), [0, 100, 300]);
    assert.deepEqual(times(100), [100, 200, 300]);
    assert.deepEqual(times(299), [200, 300, 300]);
    assert.deepEqual(times(300), [300, null, null]);
  });

  it("gives each its blobs, precompiles, contracts and fork id", () => {
    const { current, next, last } = at(50);
    assert.deepEqual(
      [current, next, last].map((fork) => fork?.blobSchedule?.max),
      [6, 9, 14],
    );
    assert.deepEqual(
      [current, next, last].map((fork) => fork?.precompiles.size),
      [10, 17, 18],
    );
    assert.deepEqual([...current.systemContracts.keys()], ["BEACON_ROOTS_ADDRESS"]);
    assert.equal(next?.systemContracts.size, 5);
    assert.equal(new Set([current, next, last].map((fork) => fork?.forkId)).size, 3);
    assert.equal(next?.forkId, at(100).current.forkId);
  });
});
