import assert from "node:assert/strict";
import { parseGenesis } from "@causeway/protocol/genesis";
import { buildGenesis } from "../../../src/genesis/buildGenesis.js";
import { reportGasLimit } from "../../../src/rules/causeway/reportGasLimit.js";
import { genesisInput } from "../../support/genesisInput.js";

describe("reportGasLimit (H4)", () => {
  /** What is warned of, null for nothing. */
  async function warning(gasLimitTarget: number, requestTimeoutMs: number): Promise<object | null> {
    const causeway = { gasLimitTarget, requestTimeoutMs, maxRequestTimeoutMs: 600_000 };
    let warned: object | null = null;
    reportGasLimit(parseGenesis(await buildGenesis(genesisInput({ causeway }))), {
      info: () => assert.fail("no news"),
      error: () => assert.fail("no failure"),
      warn: (fields) => {
        warned = fields;
      },
    });
    return warned;
  }

  it("says how long a block of the worst calls takes, where that is more than a third of the round", async () => {
    assert.deepEqual(await warning(30_000_000, 4_000), {
      gasLimitTarget: 30_000_000,
      worstMs: 10_000,
      allowedMs: 1_333,
    });
    assert.notEqual(await warning(30_000_000, 29_999), null);
  });

  it("says nothing where it is not", async () => {
    assert.equal(await warning(30_000_000, 30_000), null);
    assert.equal(await warning(5_000_000, 5_001), null);
  });
});
