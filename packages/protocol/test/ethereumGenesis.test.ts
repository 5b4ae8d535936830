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

  const ADDRESS = `0x${"ab".repeat(20)}`;

  it('may say "" where geth reads no bytes or 0, and 0X', () => {
    const account = { balance: "", nonce: "", code: "", storage: { "": "0x", "0x1": "" } };
    const empty = {
      nonce: "",
      timestamp: "",
      extraData: "",
      gasLimit: "",
      difficulty: "",
      baseFeePerGas: "",
    };
    const parsed = parseEthereumGenesis(genesis({}, { ...empty, alloc: { [ADDRESS]: account } }));
    assert.deepEqual(
      [parsed.nonce, parsed.timestamp, parsed.extraData, parsed.gasLimit, parsed.difficulty],
      [0n, 0n, "0x", 0n, 0n],
    );
    assert.deepEqual(parsed.alloc[ADDRESS], { ...account, balance: 0n, nonce: 0n, code: "0x" });

    const large = { extraData: "0XAB", nonce: "0X42", alloc: { [ADDRESS.replace("x", "X")]: { nonce: 1 } } };
    const prefixed = parseEthereumGenesis(genesis({}, large));
    assert.deepEqual([prefixed.extraData, prefixed.nonce], ["0xab", 0x42n]);
    assert.deepEqual(prefixed.alloc, { [ADDRESS]: { balance: 0n, nonce: 1n } });

    for (const field of ["mixHash", "parentHash", "coinbase"]) {
      assertThrowsCode(() => parseEthereumGenesis(genesis({}, { [field]: "" })), "GenesisInvalid");
    }
  });

  it("may spell its keys in any case, each once", () => {
    const mixHash = `0x${"11".repeat(32)}`;
    const { londonBlock: _london, ...forks } = FORKS;
    const blobSchedule = { Cancun: { Target: 3, MAX: 6, basefeeupdatefraction: 7 } };
    const parsed = parseEthereumGenesis({
      Config: { chainid: 5, ...forks, LondonBlock: 9, blobschedule: blobSchedule, Other: 1 },
      mixhash: mixHash,
      extradata: "0x22",
      gaslimit: "0x5",
      Difficulty: 6,
      Alloc: { [ADDRESS]: { Balance: 7, CODE: "0xfe" } },
    });
    assert.deepEqual([parsed.mixHash, parsed.extraData, parsed.gasLimit], [mixHash, "0x22", 5n]);
    assert.deepEqual(parsed.config, {
      chainId: 5,
      ...forks,
      londonBlock: 9,
      blobSchedule: { cancun: { target: 3, max: 6, baseFeeUpdateFraction: 7 } },
      Other: 1,
    });
    assert.deepEqual(parsed.alloc, { [ADDRESS]: { balance: 7n, code: "0xfe" } });

    const twice: readonly (readonly [string, object])[] = [
      ["mixHash", genesis({}, { mixHash, mixhash: mixHash })],
      ["config.chainId", genesis({ ChainID: 1 })],
      [`alloc.${ADDRESS}.balance`, genesis({}, { alloc: { [ADDRESS]: { balance: 1, Balance: 1 } } })],
      [`alloc.${ADDRESS}`, genesis({}, { alloc: { [ADDRESS]: {}, [ADDRESS.replace("x", "X")]: {} } })],
    ];
    for (const [field, json] of twice) {
      assert.throws(() => parseEthereumGenesis(json), {
        message: `genesis: ${field} is there in two spellings`,
      });
    }
  });

  it("is never one of Causeway's whose config is spelled otherwise", () => {
    for (const json of [genesis({ Causeway: {} }), { Config: { ...genesis().config, causeway: {} } }]) {
      assert.throws(() => parseAnyGenesis(json), {
        message: "genesis: config.causeway is of a chain of Causeway's, and must be spelled so",
      });
    }
  });

  it("takes null as left out", () => {
    const account = { balance: null, nonce: null, code: null, storage: null };
    const left = { nonce: null, timestamp: null, extraData: null, mixHash: null, coinbase: null };
    const others = {
      number: null,
      gasUsed: null,
      parentHash: null,
      baseFeePerGas: null,
      excessBlobGas: null,
    };
    const parsed = parseEthereumGenesis(
      genesis(
        { shanghaiTime: null, clique: null, amsterdamTime: null, blobSchedule: { cancun: null } },
        { ...left, ...others, alloc: { [ADDRESS]: account } },
      ),
    );
    const bare = parseEthereumGenesis(genesis({ blobSchedule: {} }, { alloc: { [ADDRESS]: {} } }));
    assert.deepEqual(parsed, bare);
    for (const field of ["gasLimit", "difficulty", "alloc", "config"]) {
      assert.throws(() => parseEthereumGenesis({ ...genesis(), [field]: null }), {
        message: `genesis: ${field} is missing`,
      });
    }
    assertThrowsCode(
      () => parseEthereumGenesis(genesis({}, { alloc: { [ADDRESS]: null } })),
      "GenesisInvalid",
    );
  });

  it("is refused in words that fit what the field holds", () => {
    const cases: readonly (readonly [object, string])[] = [
      [{ gasLimit: undefined }, "gasLimit is missing"],
      [{ gasLimit: "abc" }, "gasLimit must be a quantity"],
      [{ nonce: "0x" }, "nonce must be a quantity"],
      [{ difficulty: -1 }, "difficulty must not be negative"],
      [{ difficulty: 1.5 }, "difficulty must be a whole number up to 2^53 - 1, or a string"],
      [{ extraData: "22" }, "extraData must be 0x hex of whole bytes"],
    ];
    for (const [fields, problem] of cases) {
      assert.throws(() => parseEthereumGenesis(genesis({}, fields)), { message: `genesis: ${problem}` });
    }
  });

  it("may put a fork beyond every block: one that never comes", () => {
    const { londonBlock: _london, ...forks } = FORKS;
    const never = { londonBlock: "99999999999999999999", grayGlacierBlock: 2 ** 64, amsterdamTime: 1e20 };
    assert.deepEqual(parseEthereumGenesis(genesis(never)).config, { chainId: 1, ...forks });
    assert.throws(() => parseEthereumGenesis(genesis({ ...never, grayGlacierBlock: 7 })), {
      message:
        "genesis: config.grayGlacierBlock is 7, must not come before config.londonBlock, which never comes",
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
      ["config.chainId", genesis({ chainId: "9007199254740993" })],
      ["config.londonBlock", genesis({ londonBlock: 1.5 })],
      ["config.londonBlock", genesis({ londonBlock: -1 })],
      ["config.amsterdamTime", genesis({ amsterdamTime: 9 })],
      ["config.bogotaTime", genesis({ bogotaTime: 0 })],
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
