import { cutPower } from "../support/nemesis/powerCuts.js";

/** Few in `npm test`; `npm run soak:power-cut` takes as many as one likes. */
const CUTS = process.env.CAUSEWAY_NEMESIS === "whole" ? 5 : 3;

describe("all validators lose power at once, under load (W2, W3, W4)", () => {
  it(`${CUTS} times: no fork, nothing that was served is lost, blocks go on without help`, async () => {
    await cutPower(CUTS, 4, () => {});
  });
});
