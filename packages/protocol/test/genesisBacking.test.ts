import assert from "node:assert/strict";
import type { GenesisAccount } from "../src/genesis.js";
import { genesisBacking } from "../src/genesisBacking.js";
import { PREDEPLOYS } from "../src/predeploys.js";

const holding = (balance: bigint) => ({ balance }) as GenesisAccount;

describe("genesisBacking", () => {
  it("sums every balance but Mint's, however the key is written (B9)", () => {
    const alloc = {
      [PREDEPLOYS.mint.slice(2).toUpperCase()]: holding(2n ** 96n - 1n),
      [PREDEPLOYS.outbox]: holding(0n),
      "0x00000000000000000000000000000000000000a1": holding(7n),
      "00000000000000000000000000000000000000A2": holding(5n),
    };
    assert.equal(genesisBacking({ alloc } as Parameters<typeof genesisBacking>[0]), 12n);
  });
});
