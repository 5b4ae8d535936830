import assert from "node:assert/strict";
import { openExecution } from "../../src/engine/ethereumjs/engineContext.js";
import { InterruptibleEvm } from "../../src/engine/ethereumjs/interruptibleEvm.js";
import { JumpAnalyses } from "../../src/engine/ethereumjs/jumpAnalyses.js";
import { EngineLoad } from "../support/engineLoad.js";

const KIB = 1024;
/** Some code, and its only analysis. */
const code = (bytes: number) => new Uint8Array(bytes);
const analysis = () => ({ jumps: new Uint8Array(), pushes: {}, opcodesCached: [] });

describe("JumpAnalyses", () => {
  /** How often each code was analysed. */
  const counted = () => {
    const analyses = new JumpAnalyses();
    const counts = new Map<Uint8Array, number>();
    const run = (code: Uint8Array) =>
      analyses.of(code, () => {
        counts.set(code, (counts.get(code) ?? 0) + 1);
        return analysis();
      });
    return { run, counts };
  };

  it("analyses code once, as long as it is the same array", () => {
    const { run, counts } = counted();
    const [one, other] = [code(100), code(100)];
    const first = run(one);
    assert.equal(run(one), first);
    assert.notEqual(run(other), first);
    assert.deepEqual([counts.get(one), counts.get(other)], [1, 1]);
  });

  it("forgets what ran longest ago beyond 2 MiB of code, whole buffers counted", () => {
    const { run, counts } = counted();
    const often = code(24 * KIB);
    const once = new Uint8Array(new ArrayBuffer(24 * KIB), 0, 10);
    run(often);
    run(once);
    for (let i = 0; i < 100; i++) {
      run(code(24 * KIB));
      run(often);
    }
    assert.equal(counts.get(often), 1);
    run(once);
    assert.equal(counts.get(once), 2);
  });

  it("serves all blocks of a chain, and no EVM whose opcodes are its own", async () => {
    const load = await EngineLoad.create();
    const { context, genesis } = load;
    const shared = (await openExecution(context, genesis.stateRoot, InterruptibleEvm)).evm;
    const again = (await openExecution(context, genesis.stateRoot, InterruptibleEvm)).evm;
    assert.equal(again.jumpAnalyses, shared.jumpAnalyses);
    class Observed extends InterruptibleEvm {
      observe(): void {
        this.replace(0x56, (jump) => jump);
      }
    }
    const { evm } = await openExecution(context, genesis.stateRoot, Observed);
    evm.observe();
    assert.notEqual(evm.jumpAnalyses, shared.jumpAnalyses);
    assert.equal(again.jumpAnalyses, shared.jumpAnalyses);
  });
});
