import assert from "node:assert/strict";
import { PeerStandings } from "../../src/sync/peerStandings.js";
import { ManualTime } from "../fakes/manualTime.js";

describe("PeerStandings", () => {
  let time: ManualTime;
  let standings: PeerStandings;
  beforeEach(() => {
    time = new ManualTime();
    standings = new PeerStandings(time);
  });
  /** How long a peer rests from now on, in seconds. */
  async function restSeconds(peer: string): Promise<number> {
    let seconds = 0;
    for (; standings.isResting(peer); seconds++) await time.advance(1_000);
    return seconds;
  }

  it("lets a peer rest twice as long after each failure in a row, a minute at most", async () => {
    const rests: number[] = [];
    for (let i = 0; i < 7; i++) {
      standings.failed("a");
      rests.push(await restSeconds("a"));
    }
    assert.deepEqual(rests, [2, 4, 8, 16, 32, 60, 60]);
    standings.served("a");
    standings.failed("a");
    assert.equal(await restSeconds("a"), 2);
  });

  it("lets a liar rest a minute at once, which no smaller fault shortens", async () => {
    standings.lied("a");
    standings.failed("a");
    assert.equal(await restSeconds("a"), 60);
    assert.equal(standings.strikes("a"), 2);
  });

  it("forgets the peers that were heard of longest ago", () => {
    for (let i = 0; i < 1_024; i++) standings.lied(`${i}`);
    standings.slow("0");
    standings.lied("new");
    assert.equal(standings.isResting("0"), true, "it has been heard of since");
    assert.equal(standings.isResting("1"), false);
    assert.equal(standings.isResting("2"), true);
  });
});
