import assert from "node:assert/strict";
import type { Hash } from "@causeway/protocol/hex";
import { forkId } from "../../src/rules/forkId.js";

/** Mainnet, as EIP-2124 and the forks since list it. */
const GENESIS = {
  hash: "0xd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3" as Hash,
  timestamp: 0,
};
const BLOCKS = [
  1_150_000, 1_920_000, 2_463_000, 2_675_000, 4_370_000, 7_280_000, 9_069_000, 9_200_000, 12_244_000,
  12_965_000, 13_773_000, 15_050_000,
];
const SHANGHAI = 1_681_338_455;
const CANCUN = 1_710_338_135;
const PRAGUE = 1_746_612_311;

describe("forkId (EIP-2124)", () => {
  it("checksums mainnet's forks by height", () => {
    const by = (count: number) => forkId(GENESIS, { blocks: BLOCKS.slice(0, count), times: [] }, 0);
    const known = [
      ["Frontier", 0, "0xfc64ec04"],
      ["Homestead", 1, "0x97c2c34c"],
      ["DAO", 2, "0x91d1f948"],
      ["Tangerine Whistle", 3, "0x7a64da13"],
      ["Spurious Dragon", 4, "0x3edd5b10"],
      ["Byzantium", 5, "0xa00bc324"],
      ["Petersburg", 6, "0x668db0af"],
      ["Istanbul", 7, "0x879d6e30"],
      ["Muir Glacier", 8, "0xe029e991"],
      ["Berlin", 9, "0x0eb440f6"],
      ["London", 10, "0xb715077d"],
      ["Arrow Glacier", 11, "0x20c327fc"],
      ["Gray Glacier", 12, "0xf0afd0e3"],
    ] as const;
    for (const [fork, count, hash] of known) assert.equal(by(count), hash, fork);
  });

  it("goes on by time, and counts what has come only", () => {
    const changes = { blocks: BLOCKS, times: [SHANGHAI, CANCUN, PRAGUE] };
    assert.equal(forkId(GENESIS, changes, SHANGHAI - 1), "0xf0afd0e3");
    assert.equal(forkId(GENESIS, changes, SHANGHAI), "0xdce96c2d");
    assert.equal(forkId(GENESIS, changes, CANCUN), "0x9f3d2254");
    assert.equal(forkId(GENESIS, changes, PRAGUE), "0xc376cf8b");
  });

  it("leaves out what held from genesis", () => {
    const late = { ...GENESIS, timestamp: CANCUN };
    const changes = { blocks: [], times: [SHANGHAI, CANCUN] };
    assert.equal(forkId(late, changes, PRAGUE), "0xfc64ec04");
  });
});
