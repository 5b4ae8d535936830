import assert from "node:assert/strict";
import { deployedBytecode as mintCode } from "@causeway/contracts/Mint";
import { genesisAttesters, genesisValidators, parseGenesis } from "@causeway/protocol/genesis";
import { genesisBacking } from "@causeway/protocol/genesisBacking";
import type { Address } from "@causeway/protocol/hex";
import { EMPTY_ROOT } from "@causeway/protocol/merkleTree";
import { MINT_BALANCE_WEI, PREDEPLOYS, SYSTEM_CONTRACTS } from "@causeway/protocol/predeploys";
import { getCreateAddress, Transaction } from "ethers";
import { buildGenesis } from "../../src/genesis/buildGenesis.js";
import { genesisBlock } from "../../src/genesis/genesisBlock.js";
import { genesisInput } from "../support/genesisInput.js";
import { addressOf, wallet } from "../support/keys.js";

/** Deploys the proxy on any chain that takes transactions without a chain id; its init code ends in the code it returns. */
const DEPLOYMENT_PROXY_TRANSACTION =
  "0xf8a58085174876e800830186a08080b853604580600e600039806000f350fe7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf31ba02222222222222222222222222222222222222222222222222222222222222222a02222222222222222222222222222222222222222222222222222222222222222";
const INIT_CODE_RETURNS = 0x45;

const slot = (i: number) => `0x${i.toString(16).padStart(64, "0")}` as const;

describe("buildGenesis", () => {
  it("makes a file that survives JSON and parseGenesis, with S(1) and attesters in storage", async () => {
    const input = genesisInput();
    const genesis = parseGenesis(JSON.parse(JSON.stringify(await buildGenesis(input))));
    assert.deepEqual(genesisValidators(genesis), input.validators.map((v) => v.consensusKey).sort());
    assert.deepEqual(genesisAttesters(genesis), [...input.attesters].sort());
  });

  it("predicts the four L1 addresses by CREATE at nonces n to n+3 (B9)", async () => {
    const { config } = await buildGenesis(genesisInput());
    const created = [5, 6, 7, 8].map((nonce) =>
      getCreateAddress({ from: addressOf(wallet(99)), nonce }).toLowerCase(),
    );
    const bridge = config.causeway.bridge;
    assert.deepEqual([bridge?.outbox, bridge?.view, bridge?.inbox, bridge?.vault], created);
  });

  it("runs the constructors: empty Merkle root, funded Mint with the backed sum credited (B5, B9)", async () => {
    const file = await buildGenesis(genesisInput());
    const genesis = parseGenesis(file);
    assert.equal(genesisBacking(genesis), 400n * 10n ** 18n);
    assert.equal(file.alloc[PREDEPLOYS.outbox]?.storage?.[slot(0)], EMPTY_ROOT);
    const mint = file.alloc[PREDEPLOYS.mint];
    assert.equal(BigInt(mint?.balance ?? 0), MINT_BALANCE_WEI);
    assert.ok(Object.values(mint?.storage ?? {}).some((value) => BigInt(value) === genesisBacking(genesis)));
    assert.notEqual(mint?.code, mintCode, "immutables are filled in");
    for (const address of [...Object.values(PREDEPLOYS), ...Object.values(SYSTEM_CONTRACTS)]) {
      if (address !== PREDEPLOYS.exitRegistry)
        assert.ok((file.alloc[address]?.code?.length ?? 0) > 100, address);
    }
  });

  it("has the deterministic deployment proxy, as its own pre-signed transaction would create it", async () => {
    const { from, data } = Transaction.from(DEPLOYMENT_PROXY_TRANSACTION);
    const address = getCreateAddress({ from: from as string, nonce: 0 }).toLowerCase() as Address;
    const proxy = (await buildGenesis(genesisInput())).alloc[address];
    assert.equal(proxy?.code, `0x${data.slice(-2 * INIT_CODE_RETURNS)}`);
    assert.equal(BigInt(proxy?.nonce ?? 0), 1n);
  });

  it("has only ValidatorSet without a bridge", async () => {
    const file = await buildGenesis(genesisInput({ bridge: null, attesters: [] }));
    assert.equal(file.config.causeway.bridge, null);
    assert.equal(file.alloc[PREDEPLOYS.mint], undefined);
    assert.ok(file.alloc[PREDEPLOYS.validatorSet]);
  });

  it("gives one hash and state root however the inputs are ordered, another for other numbers", async () => {
    const input = genesisInput();
    const first = await genesisBlock(parseGenesis(await buildGenesis(input)));
    const reordered = { ...input, validators: [...input.validators].reverse() };
    const second = await genesisBlock(parseGenesis(await buildGenesis(reordered)));
    assert.equal(first.hash, second.hash);
    assert.equal(first.stateRoot, second.stateRoot);
    const other = await genesisBlock(
      parseGenesis(await buildGenesis({ ...input, causeway: { minTipWei: "7" } })),
    );
    assert.notEqual(other.hash, first.hash);
  });

  it("refuses a funded system contract, and too few attesters outside devnets (B7)", async () => {
    await assert.rejects(
      buildGenesis(genesisInput({ accounts: new Map([[PREDEPLOYS.mint, 1n]]) })),
      (e: { code: string }) => e.code === "AccountReserved",
    );
    const bridge = { l1ChainId: 1, deployer: addressOf(wallet(99)), deployerNonce: 0 };
    await assert.rejects(
      buildGenesis(genesisInput({ bridge })),
      (e: { code: string }) => e.code === "AttestersInvalid",
    );
  });
});
