import assert from "node:assert/strict";
import { BAN_MS, SCORE_BAN, SCORE_RECOVERY_PER_SECOND, SCORES_MAX } from "../../src/limits.js";
import { PeerScores } from "../../src/peers/peerScores.js";

describe("PeerScores", () => {
  let now: number;
  let scores: PeerScores;
  beforeEach(() => {
    now = 1_000;
    scores = new PeerScores(() => now);
  });

  it("bans at the bound and not before", () => {
    assert.equal(scores.penalise("a", -SCORE_BAN - 1), false);
    assert.equal(scores.isBanned("a"), false);
    assert.equal(scores.penalise("a", 1), true);
    assert.equal(scores.isBanned("a"), true);
  });

  it("a ban expires and leaves a clean score", () => {
    scores.penalise("a", 1_000);
    now += BAN_MS - 1;
    assert.equal(scores.isBanned("a"), true);
    now += 1;
    assert.equal(scores.isBanned("a"), false);
    assert.equal(scores.score("a"), 0);
  });

  it("a score heals with time, up to 0", () => {
    scores.penalise("a", 10);
    now += 4_000;
    assert.equal(scores.score("a"), -10 + 4 * SCORE_RECOVERY_PER_SECOND);
    now += 1_000_000;
    assert.equal(scores.score("a"), 0);
  });

  it("remembers a bounded number of peers, a banned one longest", () => {
    scores.penalise("banned", 1_000);
    for (let i = 0; i < 2 * SCORES_MAX; i++) scores.penalise(`peer ${i}`, 1);
    assert.equal(scores.isBanned("banned"), true);
    assert.equal(scores.score("peer 0"), 0);
  });
});
