import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { readAnyGenesis, readGenesis } from "../src/readGenesis.js";
import { tempDir } from "./support/tempDir.js";

const ACCOUNT = "ab".repeat(20);

describe("a genesis file", () => {
  const path = tempDir();
  const write = (text: string) => writeFile(path("genesis.json"), text);

  it("may hold JSON numbers that no double holds exactly, as geth's do", async () => {
    await write(
      `{ "config": { "chainId": 9007199254740991, "terminalTotalDifficulty": 58750000000000000000001 },
         "gasLimit": 30000000, "difficulty": 1, "alloc": { "${ACCOUNT}": { "balance": 1000000000000000000001 } } }`,
    );
    const { config, alloc } = await readAnyGenesis(path("genesis.json"));
    assert.equal(config.chainId, Number.MAX_SAFE_INTEGER);
    assert.equal(config.terminalTotalDifficulty, 58_750_000_000_000_000_000_001n);
    assert.equal(alloc[ACCOUNT]?.balance, 1_000_000_000_000_000_000_001n);
  });

  it("may put a fork where no block comes; its chain id must be one that JSON holds exactly", async () => {
    const file = (config: string) =>
      write(`{ "config": { ${config} }, "gasLimit": 30000000, "difficulty": 1, "alloc": {} }`);
    await file(`"chainId": 7, "osakaTime": 18446744073709551615, "londonBlock": 99999999999999999999`);
    await assert.rejects(
      readAnyGenesis(path("genesis.json")),
      /needs config.homesteadBlock, which is missing/,
    );
    await file(`"chainId": 7, "homesteadBlock": 99999999999999999999`);
    assert.deepEqual((await readAnyGenesis(path("genesis.json"))).config, { chainId: 7 });
    await file(`"chainId": 9007199254740993`);
    await assert.rejects(readAnyGenesis(path("genesis.json")), {
      message: `genesis ${path("genesis.json")}: config.chainId must be at most 2^53 - 1`,
    });
  });

  it("without config.causeway is named as one of another chain", async () => {
    await write(`{ "config": { "chainId": 1 }, "gasLimit": 30000000, "difficulty": 1, "alloc": {} }`);
    await assert.rejects(readGenesis(path("genesis.json")), {
      message: `genesis ${path("genesis.json")}: config.causeway is missing: the file is of no chain of Causeway's`,
    });
  });
});
