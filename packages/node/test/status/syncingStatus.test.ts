import assert from "node:assert/strict";
import type { Head } from "@causeway/protocol/head";
import { SyncingStatus } from "../../src/status/syncingStatus.js";
import { ManualTime } from "../fakes/manualTime.js";

const EMPTY_PERIOD_SECONDS = 10;

function head(height: number, timestamp: number | null): Head {
  const certificate = timestamp === null ? null : { checkpoint: { timestamp } };
  return { height, certificate } as unknown as Head;
}

describe("SyncingStatus (F4)", () => {
  it("is syncing until a certificate younger than two empty periods was seen, then never again", () => {
    const time = new ManualTime();
    const now = Math.floor(time.wallMs() / 1_000);
    const status = new SyncingStatus(time, EMPTY_PERIOD_SECONDS, head(5, now - 500));
    status.headMoved(head(7, now - 2 * EMPTY_PERIOD_SECONDS));
    assert.deepEqual(status.progress(30), { startingBlock: 5, currentBlock: 7, highestBlock: 30 });
    status.headMoved(head(8, now - 2 * EMPTY_PERIOD_SECONDS + 1));
    assert.equal(status.progress(30), false);
    status.headMoved(head(9, now - 500));
    assert.equal(status.progress(30), false);
  });

  it("takes genesis, which has no certificate, for syncing", () => {
    const status = new SyncingStatus(new ManualTime(), EMPTY_PERIOD_SECONDS, head(0, null));
    assert.deepEqual(status.progress(0), { startingBlock: 0, currentBlock: 0, highestBlock: 0 });
  });
});
