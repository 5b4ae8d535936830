import assert from "node:assert/strict";
import { isCausewayGenesis, parseAnyGenesis, parseEthereumGenesis } from "../src/ethereumGenesis.js";
import { assertThrowsCode } from "./support/assertCode.js";

const FORKS = {
  homesteadBlock: 0,
  eip150Block: 0,
  eip155Block: 0,
  eip158Block: 0,
  byzantiumBlock: 0,
  constantinopleBlock: 0,
  istanbulBlock: 0,
  berlinBlock: 0,
  londonBlock: 0,
};
const genesis = (config: Readonly<Record<string, unknown>> = {}, fields: object = {}) => ({
  config: { chainId: 1, ...FORKS, ...config },
  gasLimit: "0x5f5e100",
  difficulty: "0x20000",
  alloc: {},
  ...fields,
});

describe("a genesis file of plain Ethereum", () => {
  it("is read as geth writes it: hex and decimal, with and without 0x, what is missing by its default", () => {
    const address = "00000961ef480eb55e80d19ad83579a64c007002";
    const parsed = parseEthereumGenesis(
      genesis(
        { terminalTotalDifficulty: "58750000000000000000000", ethash: {}, shanghaiTime: 390 },
        {
          timestamp: "17",
          nonce: "0x42",
          coinbase: "0xC0FFEE254729296a45a3885639AC7E10F9d54979",
          alloc: { [address]: { balance: "1000", nonce: 3, code: "0xFE", storage: { "1": "0x2" } } },
          somethingElse: true,
        },
      ),
    );
    assert.deepEqual([parsed.timestamp, parsed.nonce, parsed.extraData], [17n, 0x42n, "0x"]);
    assert.equal(parsed.coinbase, "0xc0ffee254729296a45a3885639ac7e10f9d54979");
    assert.equal(parsed.config.terminalTotalDifficulty, 58_750_000_000_000_000_000_000n);
    assert.deepEqual(parsed.alloc[address], {
      balance: 1_000n,
      nonce: 3n,
      code: "0xfe",
      storage: { "1": "0x2" },
    });
  });

  it("is told from one of Causeway's by config.causeway alone", () => {
    assert.equal(isCausewayGenesis(parseAnyGenesis(genesis())), false);
    assertThrowsCode(() => parseAnyGenesis(genesis({ causeway: {} })), "GenesisInvalid");
    for (const json of [null, 7, "x", [], {}, { config: null }]) {
      assertThrowsCode(() => parseAnyGenesis(json), "GenesisInvalid");
    }
  });

  it("is refused by the first field that does not fit", () => {
    const cases: readonly (readonly [string, object])[] = [
      ["config.chainId", genesis({ chainId: "1" })],
      ["gasLimit", genesis({}, { gasLimit: "0x10000000000000000" })],
      ["difficulty", genesis({}, { difficulty: undefined })],
      ["extraData", genesis({}, { extraData: `0x${"00".repeat(33)}` })],
      ["number", genesis({}, { number: "0x1" })],
      ["alloc", genesis({}, { alloc: { [`${"aB".repeat(20)}`]: {}, [`0x${"ab".repeat(20)}`]: {} } })],
      ["alloc", genesis({}, { alloc: { ["ab".repeat(20)]: { storage: { "00": "0x1", "0x0": "0x2" } } } })],
      ["alloc", genesis({}, { alloc: { ["ab".repeat(20)]: { balance: `0x1${"0".repeat(64)}` } } })],
      ["config.amsterdamTime", genesis({ amsterdamTime: 9 })],
      ["config.clique", genesis({ clique: { period: 1, epoch: 30_000 } })],
      ["config.eip158Block", genesis({ eip158Block: 2 })],
      ["config.londonBlock", genesis({ londonBlock: 4, berlinBlock: 5 })],
      ["config.berlinBlock", genesis({ istanbulBlock: undefined })],
      ["config.cancunTime", genesis({ cancunTime: 4 })],
      ["config.cancunTime", genesis({ shanghaiTime: 5, cancunTime: 4 })],
    ];
    for (const [field, json] of cases) {
      assert.throws(
        () => parseEthereumGenesis(json),
        (error: { type: { field: string }; message: string }) => {
          assert.match(error.type.field, new RegExp(`^${field}`), error.message);
          return error.message.includes(field);
        },
      );
    }
  });
});
