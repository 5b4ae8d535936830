import assert from "node:assert/strict";
import { keccak256, toBeHex } from "ethers";
import {
  configHash,
  DEFAULT_CAUSEWAY_CONFIG,
  genesisAttesters,
  genesisValidators,
  parseGenesis,
} from "../src/genesis.js";
import { type Address, ZERO_ADDRESS, ZERO_HASH } from "../src/hex.js";
import { PREDEPLOYS, VALIDATOR_SET_SLOTS } from "../src/predeploys.js";
import { overrideAt, overrides, overrideUpTo } from "../src/validatorOverride.js";
import { validatorSetHash } from "../src/validatorSet.js";
import { assertThrowsCode } from "./support/assertCode.js";

type Json = Record<string, unknown>;
const address = (n: number): Address => `0x${n.toString(16).padStart(40, "0")}`;
const VALIDATORS = [address(1), address(2), address(3), address(4)];
const bridge = {
  l1ChainId: 1,
  outbox: address(11),
  view: address(12),
  inbox: address(13),
  vault: address(14),
};

/** Storage of an address[] at `slot`, as Solidity lays it out. */
function arrayStorage(slot: number, items: readonly Address[]): Record<string, string> {
  const base = BigInt(keccak256(toBeHex(slot, 32)));
  return Object.fromEntries([
    [toBeHex(slot, 32), toBeHex(items.length, 32)],
    ...items.map((item, i) => [toBeHex(base + BigInt(i), 32), `0x${item.slice(2).padStart(64, "0")}`]),
  ]);
}

/** A genesis file that is right in every field, then changed. */
function genesisFile(change: (file: Json, causeway: Json) => void = () => undefined): Json {
  const causeway: Json = { ...structuredClone(DEFAULT_CAUSEWAY_CONFIG) };
  const file: Json = {
    config: {
      chainId: 73_311,
      depositContractAddress: ZERO_ADDRESS,
      blobSchedule: { osaka: { target: 6, max: 9, baseFeeUpdateFraction: 5_007_716 } },
      causeway,
      londonBlock: 0,
    },
    nonce: "0x0",
    timestamp: "0x6553f100",
    extraData: validatorSetHash(VALIDATORS),
    gasLimit: "0x1c9c380",
    difficulty: "0x0",
    mixHash: ZERO_HASH,
    coinbase: ZERO_ADDRESS,
    baseFeePerGas: "0x3b9aca00",
    alloc: {
      [PREDEPLOYS.validatorSet]: {
        balance: "0x0",
        code: "0x00",
        storage: {
          ...arrayStorage(VALIDATOR_SET_SLOTS.consensusKeys, VALIDATORS),
          ...arrayStorage(VALIDATOR_SET_SLOTS.attesters, [address(9)]),
        },
      },
    },
  };
  change(file, causeway);
  return file;
}

/** The same with a mixHash that fits, so that only the change itself is wrong. */
function sealed(change: (file: Json, causeway: Json) => void = () => undefined): Json {
  return genesisFile((file, causeway) => {
    change(file, causeway);
    file.mixHash = configHash(causeway as typeof DEFAULT_CAUSEWAY_CONFIG);
  });
}

function assertInvalid(file: Json, field: string): void {
  assertThrowsCode(() => parseGenesis(file), "GenesisInvalid", field);
}

function storageOf(file: Json): Record<string, string> {
  const account = (file.alloc as Record<string, { storage: Record<string, string> }>)[
    PREDEPLOYS.validatorSet
  ];
  return account?.storage ?? {};
}

describe("genesis", () => {
  it("a right file is read with its validators and attesters", () => {
    const genesis = parseGenesis(sealed());
    assert.equal(genesis.config.chainId, 73_311);
    assert.equal(genesis.timestamp, 1_700_000_000n);
    assert.deepEqual(genesisValidators(genesis), VALIDATORS);
    assert.deepEqual(genesisAttesters(genesis), [address(9)]);
  });

  it("quantities may be numbers, decimal or hex; alloc keys with or without 0x, in any case", () => {
    const file = sealed((file) => {
      file.timestamp = 1_700_000_000;
      file.gasLimit = "30000000";
      file.alloc = { ...(file.alloc as Json), ["ABCDEF".padEnd(40, "0")]: { balance: 5 } };
    });
    assert.equal(parseGenesis(file).gasLimit, 30_000_000n);
  });

  for (const field of [
    "config",
    "nonce",
    "timestamp",
    "extraData",
    "gasLimit",
    "difficulty",
    "mixHash",
    "coinbase",
    "baseFeePerGas",
    "alloc",
  ]) {
    it(`names the missing field ${field}`, () => {
      const { [field]: _gone, ...rest } = sealed();
      assertInvalid(rest, field);
    });
  }

  for (const field of Object.keys(DEFAULT_CAUSEWAY_CONFIG)) {
    it(`names the missing field config.causeway.${field}`, () => {
      const file = genesisFile((_file, causeway) => {
        delete causeway[field];
      });
      assertInvalid(file, `config.causeway.${field}`);
    });
  }

  for (const field of ["chainId", "depositContractAddress", "blobSchedule", "causeway"]) {
    it(`names the missing field config.${field}`, () => {
      const file = sealed();
      delete (file.config as Json)[field];
      assertInvalid(file, `config.${field}`);
    });
  }

  const wrongValues: [string, (file: Json, causeway: Json) => void][] = [
    ["config.chainId", (file) => Object.assign(file.config as Json, { chainId: 0 })],
    ["nonce", (file) => Object.assign(file, { nonce: "0x1" })],
    ["difficulty", (file) => Object.assign(file, { difficulty: 1 })],
    ["coinbase", (file) => Object.assign(file, { coinbase: address(1) })],
    ["timestamp", (file) => Object.assign(file, { timestamp: "soon" })],
    ["timestamp", (file) => Object.assign(file, { timestamp: "0x20000000000000" })],
    ["gasLimit", (file) => Object.assign(file, { gasLimit: 4_999 })],
    ["gasLimit", (file) => Object.assign(file, { gasLimit: "0x8000000000000000" })],
    ["baseFeePerGas", (file) => Object.assign(file, { baseFeePerGas: `0x1${"0".repeat(64)}` })],
    [
      `alloc.${address(7)}.balance`,
      (file) => Object.assign(file.alloc as Json, { [address(7)]: { balance: `0x1${"0".repeat(64)}` } }),
    ],
    [
      `alloc.${address(7)}.nonce`,
      (file) => Object.assign(file.alloc as Json, { [address(7)]: { nonce: "0x10000000000000000" } }),
    ],
    [
      `alloc.${address(7)}.storage`,
      (file) =>
        Object.assign(file.alloc as Json, { [address(7)]: { storage: { "0x1": "0x01", "0x01": "0x02" } } }),
    ],
    ["parentHash", (file) => Object.assign(file, { parentHash: `0x${"11".repeat(32)}` })],
    ["config.causeway.emptyBlockPeriodSeconds", (_f, c) => Object.assign(c, { blockPeriodSeconds: 20 })],
    ["config.causeway.emptyBlockPeriodSeconds", (_f, c) => Object.assign(c, { emptyBlockPeriodSeconds: 61 })],
    ["config.causeway.maxRequestTimeoutMs", (_f, c) => Object.assign(c, { maxRequestTimeoutMs: 1_000 })],
    ["config.causeway.maxBlockBytes", (_f, c) => Object.assign(c, { maxBlockBytes: 8 * 1024 * 1024 + 1 })],
    ["config.causeway.minTipWei", (_f, c) => Object.assign(c, { minTipWei: "1.5" })],
    [
      "config.causeway.bridge.l1ChainId",
      (_f, c) => Object.assign(c, { bridge: { ...bridge, l1ChainId: 0 } }),
    ],
    ["config.causeway.bridge.vault", (_f, c) => Object.assign(c, { bridge: { ...bridge, vault: "0x12" } })],
  ];
  for (const [field, change] of wrongValues) {
    it(`names the wrong value of ${field}`, () => assertInvalid(sealed(change), field));
  }

  it("names unknown keys", () => {
    assertThrowsCode(
      () => parseGenesis(sealed((file) => Object.assign(file, { gasPrice: 1 }))),
      "GenesisInvalid",
    );
    const file = genesisFile((_file, causeway) => Object.assign(causeway, { blockPeriod: 1 }));
    assertInvalid(file, "config.causeway");
    assert.throws(() => parseGenesis(file), /blockPeriod/);
  });

  it("H0: refuses a mixHash that is not that of config.causeway", () => {
    const file = sealed();
    ((file.config as Json).causeway as Json).epochLength = 7;
    assertInvalid(file, "mixHash");
  });

  it("H0: mixHash binds every protocol number, but not upgrades and override", () => {
    const hash = configHash(DEFAULT_CAUSEWAY_CONFIG);
    assert.notEqual(configHash({ ...DEFAULT_CAUSEWAY_CONFIG, epochLength: 7 }), hash);
    assert.notEqual(configHash({ ...DEFAULT_CAUSEWAY_CONFIG, bridge }), hash);
    assert.equal(configHash({ ...DEFAULT_CAUSEWAY_CONFIG, upgrades: [{ name: "next", height: 5 }] }), hash);
    const reordered = Object.fromEntries(Object.entries(DEFAULT_CAUSEWAY_CONFIG).reverse());
    assert.equal(configHash(reordered as typeof DEFAULT_CAUSEWAY_CONFIG), hash);
  });

  describe("V6: an override", () => {
    const override = { height: 9, parentHash: `0x${"ab".repeat(32)}`, validators: VALIDATORS };
    const parsed = (value: unknown) =>
      parseGenesis(sealed((_file, causeway) => Object.assign(causeway, { override: value }))).config.causeway;
    const invalid = (value: unknown, field: string) =>
      assertInvalid(
        sealed((_file, causeway) => Object.assign(causeway, { override: value })),
        `config.causeway.override${field}`,
      );

    it("is one or several, and is not bound by mixHash (H0)", () => {
      assert.deepEqual(overrides(parsed(null)), []);
      assert.deepEqual(overrides(parsed(override)), [override]);
      const later = { ...override, height: 20, operators: { [address(1)]: address(99) } };
      const both = parsed([override, later]);
      assert.deepEqual(overrides(both), [override, later]);
      assert.deepEqual([overrideAt(both, 9)?.height, overrideAt(both, 10)], [9, null]);
      assert.deepEqual(
        [8, 9, 19, 20].map((h) => overrideUpTo(both, h)?.height),
        [undefined, 9, 9, 20],
      );
    });

    it("names what is wrong with it", () => {
      invalid([], "");
      invalid({ ...override, height: 0 }, ".0.height");
      invalid({ ...override, parentHash: "0x12" }, ".0.parentHash");
      invalid([override, override], "");
      invalid({ ...override, validators: VALIDATORS.slice(1) }, ".validators");
      invalid({ ...override, validators: [...VALIDATORS].reverse() }, ".validators");
      invalid({ ...override, operators: { [address(8)]: address(99) } }, ".operators");
      invalid({ ...override, operators: { [address(1)]: address(2) } }, ".operators");
    });
  });

  it("H0: refuses extraData that is not the hash of S(1)", () => {
    assertInvalid(
      sealed((file) => Object.assign(file, { extraData: validatorSetHash(VALIDATORS.slice(1)) })),
      "extraData",
    );
  });

  it("V2: refuses validators in alloc that are too few, unordered, or no addresses", () => {
    const field = `alloc.${PREDEPLOYS.validatorSet}.storage`;
    const keys = VALIDATOR_SET_SLOTS.consensusKeys;
    const replaced = (items: readonly Address[]) =>
      sealed((file) => Object.assign(storageOf(file), arrayStorage(keys, items)));
    assertInvalid(replaced(VALIDATORS.slice(1)), field);
    assertInvalid(replaced([...VALIDATORS].reverse()), field);
    const wide = sealed((file) => {
      const slot = toBeHex(BigInt(keccak256(toBeHex(keys, 32))) + 3n, 32);
      storageOf(file)[slot] = `0x${"ff".repeat(32)}`;
    });
    assertInvalid(wide, field);
    const endless = sealed((file) => {
      storageOf(file)[toBeHex(keys, 32)] = `0x${"ff".repeat(32)}`;
    });
    assertInvalid(endless, field);
    assertInvalid(
      sealed((file) => Object.assign(file, { alloc: {} })),
      field,
    );
  });

  it("refuses alloc keys that are no address, or the same address twice", () => {
    const withKey = (key: string) =>
      sealed((file) =>
        Object.assign(file, { alloc: { ...(file.alloc as Json), [key]: { balance: "0x1" } } }),
      );
    assertInvalid(withKey("0x12"), "alloc.0x12");
    assertInvalid(withKey(PREDEPLOYS.validatorSet.slice(2).toUpperCase()), "alloc");
  });

  it("refuses storage that is no word", () => {
    const slot = `alloc.${PREDEPLOYS.validatorSet}.storage`;
    const withStorage = (key: string, value: string) =>
      sealed((file) => {
        storageOf(file)[key] = value;
      });
    assertInvalid(withStorage("slot", "0x01"), `${slot}.slot`);
    assertInvalid(withStorage("0x05", `0x${"11".repeat(33)}`), `${slot}.0x05`);
  });

  it("C17: fewer than four validators only on a devnet", () => {
    const three = (l1ChainId: number) =>
      sealed((_file, causeway) =>
        Object.assign(causeway, { minValidators: 3, bridge: { ...bridge, l1ChainId } }),
      );
    assertInvalid(three(1), "config.causeway.minValidators");
    assert.equal(parseGenesis(three(31_337)).config.causeway.minValidators, 3);
  });

  it("H6: a free-gas chain has no base fee", () => {
    assertInvalid(
      sealed((_file, causeway) => Object.assign(causeway, { freeGas: true })),
      "baseFeePerGas",
    );
  });

  it("says in words what is wrong, for any JSON", () => {
    for (const bad of [null, 7, "genesis", [], {}]) {
      assertThrowsCode(() => parseGenesis(bad), "GenesisInvalid");
    }
  });
});
