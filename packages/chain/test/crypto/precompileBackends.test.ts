import assert from "node:assert/strict";
import { parseGenesis } from "@causeway/protocol/genesis";
import type { Hex } from "@causeway/protocol/hex";
import { EVM, NobleBLS, NobleBN254 } from "@ethereumjs/evm";
import { createAddressFromString, hexToBytes } from "@ethereumjs/util";
import { concat, randomBytes, zeroPadValue } from "ethers";
import { EMPTY_ROOT } from "../../src/codec/header.js";
import { toHex } from "../../src/codec/hex.js";
import { loadPrecompileBackends } from "../../src/crypto/precompileBackends.js";
import { chainCommon } from "../../src/engine/ethereumjs/chainCommon.js";
import { EMPTY_NODES } from "../../src/engine/ethereumjs/nodeSource.js";
import { OverlayDb } from "../../src/engine/ethereumjs/overlayDb.js";
import { openState } from "../../src/engine/ethereumjs/viewStateManager.js";
import { buildGenesis } from "../../src/genesis/buildGenesis.js";
import { genesisInput } from "../support/genesisInput.js";

const word = (value: bigint) => value.toString(16).padStart(64, "0");
/** bn254's generators. */
const BN_G1 = word(1n) + word(2n);
const BN_FIELD = 21888242871839275222246405745257275088696311157297823662689037894645226208583n;
const BN_G1_NEGATIVE = word(1n) + word(BN_FIELD - 2n);
const BN_G2 =
  "198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2" +
  "1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed" +
  "090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b" +
  "12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa";
/** BLS12-381's generators, each coordinate in 64 bytes. */
const BLS_G1 =
  "0000000000000000000000000000000017f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb" +
  "0000000000000000000000000000000008b3f481e3aaa0f1a09e30ed741d8ae4fcf5e095d5d00af600db18cb2c04b3edd03cc744a2888ae40caa232946c5e7e1";

interface Case {
  readonly precompile: number;
  readonly input: string;
}

function cases(): Case[] {
  const junk = (bytes: number) => Buffer.from(randomBytes(bytes)).toString("hex");
  const all: Case[] = [];
  const add = (precompile: number, ...inputs: string[]) => {
    for (const input of inputs) all.push({ precompile, input });
  };
  add(
    6,
    "",
    BN_G1,
    BN_G1 + BN_G1,
    BN_G1 + BN_G1_NEGATIVE,
    word(1n) + word(1n),
    word(BN_FIELD) + word(0n),
    `${BN_G1}00`,
    junk(128),
  );
  add(
    7,
    "",
    BN_G1 + word(0n),
    BN_G1 + word(BN_FIELD),
    BN_G1 + "f".repeat(64),
    `${BN_G1}05`,
    word(0n) + word(0n) + word(7n),
    junk(96),
  );
  add(8, "", BN_G1 + BN_G2, BN_G1 + BN_G2 + BN_G1_NEGATIVE + BN_G2, BN_G1 + BN_G1, junk(192), junk(100));
  add(8, "0".repeat(128) + BN_G2, BN_G1 + "0".repeat(256));
  for (let i = 0; i < 5; i++) add(7, BN_G1 + junk(32));
  add(
    0x0b,
    "",
    BLS_G1 + BLS_G1,
    "0".repeat(512),
    BLS_G1 + "0".repeat(256),
    junk(256),
    `${BLS_G1}${BLS_G1}00`,
  );
  add(
    0x0c,
    "",
    BLS_G1 + word(0n),
    BLS_G1 + word(5n),
    BLS_G1 + word(5n) + BLS_G1 + junk(32),
    BLS_G1 + "f".repeat(64),
    junk(160),
  );
  add(0x10, "", "0".repeat(128), `${"0".repeat(126)}07`, junk(64));
  add(0x11, "", "0".repeat(256), `${"0".repeat(254)}07`);
  return all;
}

describe("precompile back ends", () => {
  it("in WebAssembly answer as the library's own, well-formed input or not (H4)", async () => {
    const backends = await loadPrecompileBackends();
    const genesis = parseGenesis(await buildGenesis(genesisInput()));
    const evm = (bls: typeof backends.bls, bn254: typeof backends.bn254) => {
      const common = chainCommon(genesis.config, backends);
      const stateManager = openState(EMPTY_ROOT, new OverlayDb(EMPTY_NODES), common);
      return new EVM({ common, stateManager, bls, bn254 });
    };
    const ours = evm(backends.bls, backends.bn254);
    const reference = evm(new NobleBLS(), new NobleBN254());
    for (const { precompile, input } of cases()) {
      const run = async (machine: EVM) => {
        const { execResult } = await machine.runCall({
          to: createAddressFromString(zeroPadValue(`0x${precompile.toString(16).padStart(2, "0")}`, 20)),
          data: hexToBytes(concat([`0x${input}`]) as Hex),
          gasLimit: 10_000_000n,
        });
        const { exceptionError, executionGasUsed, returnValue } = execResult;
        return { failed: exceptionError !== undefined, executionGasUsed, returned: toHex(returnValue) };
      };
      assert.deepEqual(await run(ours), await run(reference), `precompile ${precompile} on 0x${input}`);
    }
  });
});
