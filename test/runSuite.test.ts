import assert from "node:assert/strict";
import { runSuite } from "./support/runSuite.js";

const MS_MAX = 1_000;
/** For a process that is to end by itself in time: on a busy machine that takes seconds. */
const AMPLE_MS = 5_000;
const COUNTED = /^\s*\d+ passing/m;
const OPTIONS = { msMax: MS_MAX, cwd: process.cwd(), env: process.env, live: false };

const stays = "setInterval(() => {}, 1_000);";
const counts = 'console.log("  3 passing (2s)");';

describe("a suite of npm test", () => {
  it("is ended when it takes too long", async () => {
    const { code, output } = await runSuite(["-e", stays], OPTIONS);
    assert.equal(code, 1);
    assert.match(output, /something keeps it running/);
  });

  it("takes the time it wants up to its count, where only what follows that is bounded", async () => {
    const slow = `setTimeout(() => {${counts}}, ${AMPLE_MS + 1_000});`;
    assert.deepEqual(await runSuite(["-e", slow], { ...OPTIONS, msMax: AMPLE_MS, from: COUNTED }), {
      code: 0,
      output: "  3 passing (2s)\n",
    });
  });

  it("is ended when it stays for long after its count", async () => {
    const { code, output } = await runSuite(["-e", `${counts}${stays}`], { ...OPTIONS, from: COUNTED });
    assert.equal(code, 1);
    assert.match(output, /3 passing.*something keeps it running/s);
  });
});
