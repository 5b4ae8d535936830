import assert from "node:assert/strict";
import { parseGenesis } from "@causeway/protocol/genesis";
import { buildGenesis } from "../../src/genesis/buildGenesis.js";
import { exitWindowSeconds, oldestKept } from "../../src/prune/oldestKept.js";
import { genesisInput } from "../support/genesisInput.js";
import { addressOf, wallet } from "../support/keys.js";

const DAY = 24 * 60 * 60;

describe("oldestKept (B14)", () => {
  /** A block every ten seconds. */
  const timestampOf = async (number: number) => 1_000_000 + 10 * number;
  const range = { head: 10_000, stateStart: 0, keep: 500, windowSeconds: 0 };

  it("counts states where no exit may need them", async () => {
    assert.equal(await oldestKept(range, timestampOf), 9_501);
    assert.equal(await oldestKept({ ...range, keep: 1 }, timestampOf), 10_000);
    assert.equal(await oldestKept({ ...range, keep: 20_000 }, timestampOf), 0);
    assert.equal(await oldestKept({ ...range, stateStart: 9_700 }, timestampOf), 9_700);
  });

  it("keeps every state of the window, and the one it begins with, whatever was asked for", async () => {
    assert.equal(await oldestKept({ ...range, windowSeconds: 10_000 }, timestampOf), 9_000);
    assert.equal(await oldestKept({ ...range, keep: 1, windowSeconds: 10_000 }, timestampOf), 9_000);
    assert.equal(await oldestKept({ ...range, windowSeconds: 10_001 }, timestampOf), 8_999);
    assert.equal(await oldestKept({ ...range, windowSeconds: 3_000 }, timestampOf), 9_501);
    assert.equal(await oldestKept({ ...range, windowSeconds: 10_000_000 }, timestampOf), 0);
    assert.equal(
      await oldestKept({ ...range, windowSeconds: 10_000_000, stateStart: 300 }, timestampOf),
      300,
    );
  });

  it("asks for twice HALT and GRACE on a bridged chain, not on a devnet", async () => {
    const bridged = genesisInput({ attesters: [30, 31, 32, 33].map((i) => addressOf(wallet(i))) });
    assert.ok(bridged.bridge);
    const windowOf = async (bridge: typeof bridged.bridge) =>
      exitWindowSeconds(parseGenesis(await buildGenesis({ ...bridged, bridge })));
    assert.equal(await windowOf({ ...bridged.bridge, l1ChainId: 1 }), 18 * DAY);
    assert.equal(await windowOf(bridged.bridge), 0);
  });
});
