import assert from "node:assert/strict";
import { OriginShares } from "../../src/pool/originShares.js";
import type { PoolEntry } from "../../src/pool/poolEntry.js";

const entry = (origin: string, turn: number) => ({ origin, turn }) as PoolEntry;

describe("what each origin has brought (H6)", () => {
  it("an origin's turns go on after its last, also when an older entry comes back", () => {
    const shares = new OriginShares(() => true);
    const [older, newer] = [entry("peer", 3), entry("peer", 7)];
    shares.added(older);
    shares.added(newer);
    shares.removed(older);
    shares.added(older);
    assert.equal(shares.nextTurn("peer"), 8);
  });

  it("nobody saves turns up: what comes now is not before what blocks have come to", () => {
    const shares = new OriginShares(() => true);
    shares.served(entry("busy", 40));
    assert.equal(shares.nextTurn("late"), 40);
  });
});
