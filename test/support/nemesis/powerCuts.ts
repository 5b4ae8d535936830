import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { HurtNetwork } from "./hurtNetwork.js";
import { ServedBlocks } from "./servedBlocks.js";

/** Power fails at any moment of the making of a block: within this after the chain is seen going on. */
const CUT_WITHIN_MS = 2_500;

export interface PowerCutsFigures {
  readonly cuts: number;
  readonly blocks: number;
  /** Blocks that some RPC served as latest. */
  readonly served: number;
  readonly transfers: number;
  /** Of each cut: from the restart until a block that nobody had served. */
  readonly recoveryMs: readonly number[];
}

/**
 * Stop all validators with kill -9 at once, again and again, under load, and start them again without further help.
 * @param report is told of each cut.
 * @throws AssertionError for a fork, a lost or changed block that was served as latest, a certificate that does not hold,
 * a transfer not executed exactly once, or a validator that ends by itself; CausewayError "Timeout" when no block comes.
 */
export async function cutPower(
  times: number,
  validators: number,
  report: (line: string) => void,
): Promise<PowerCutsFigures> {
  const network = await HurtNetwork.start(validators);
  const served = new ServedBlocks(network.cluster);
  const recoveryMs: number[] = [];
  try {
    served.watch();
    for (let cut = 1; cut <= times; cut++) {
      await network.goesOn(network.all, 1);
      await delay(Math.random() * CUT_WITHIN_MS);
      await network.kill(network.all);
      const { top } = served;

      const startMs = performance.now();
      for (const i of network.all) network.process(i).start();
      await Promise.all(
        network.all.map(async (i) => {
          await network.answers(i);
          await served.assertStillHas(i);
        }),
      );
      const upMs = performance.now() - startMs;
      await network.reach(top + 1);
      recoveryMs.push(Math.round(performance.now() - startMs));
      const from = network.audit.height + 1;
      await network.audit.readOn();
      await served.assertUnchanged(from);
      report(
        `power cut ${cut}/${times} at block ${top}: all up after ${seconds(upMs)} s, block ${top + 1} after ${seconds(recoveryMs.at(-1) ?? 0)} s`,
      );
    }
    await network.load.drain();
    await served.stop();
    await network.audit.readOn();
    await network.audit.nothingLost();
    await network.finalizedOnce();
    network.audit.assertExecutedOnce(network.load.sent);
    await served.assertUnchanged();
    assert.deepEqual(network.endedByThemselves, []);
    const transfers = [...network.load.sent.values()].reduce((sum, { length }) => sum + length, 0);
    return { cuts: times, blocks: network.audit.height, served: served.count, transfers, recoveryMs };
  } finally {
    await served.stop();
    await network.remove();
  }
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(1);
}
