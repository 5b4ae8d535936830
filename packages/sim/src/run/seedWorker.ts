import { SeededRandom } from "../time/seededRandom.js";
import { drawKnobs } from "./knobs.js";
import { simulateSeed } from "./simulateSeed.js";

/** One run for a worker process. */
export interface SeedTask {
  readonly index: number;
  readonly seed: string;
  /** Instead of what the seed draws. */
  readonly execution: "real" | "model" | null;
}

process.on("message", (task: SeedTask) => {
  void run(task);
});
// Whoever asked is gone.
process.on("disconnect", () => process.exit());

async function run({ index, seed, execution }: SeedTask): Promise<void> {
  const drawn = drawKnobs(new SeededRandom(seed).fork("knobs"), execution);
  const result = await simulateSeed(seed, drawn);
  process.send?.({ index, result });
}
