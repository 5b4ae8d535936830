import { Violation } from "../checkers/violation.js";
import { calmKnobs } from "./calmKnobs.js";
import { play, Scene } from "./scene.js";

const TRIES_MS = 60_000;

export interface Fork {
  readonly nodes: number;
  /** Keys of the forker: from 2q - n on it succeeds, which is f + 1 when n = 3f + 1. */
  readonly keys: number;
}

/**
 * The forker: one party with several keys, each running honestly on both sides of a cut through the network. With 2q - n keys
 * it and one half of the others are a quorum, and so are it and the other half: then the chain forks, and the simulator
 * must see it.
 * @returns the violation, null when none came about.
 */
export async function runForker(seed: string, { nodes, keys }: Fork): Promise<Violation | null> {
  const actors = Object.fromEntries(range(0, keys).map((index) => [index, "twin" as const]));
  const scene = new Scene(seed, calmKnobs(nodes, { actors }));
  const half = keys + Math.floor((nodes - keys) / 2);
  const left = range(0, half);
  // The second machines of the forker's keys come last.
  const right = [...range(half, nodes), ...range(nodes, nodes + keys)];
  return play(scene, async () => {
    scene.submitEvery(500);
    scene.cut(left, right);
    scene.simulation.startAll();
    try {
      await scene.pass(TRIES_MS);
      return null;
    } catch (error) {
      if (error instanceof Violation) return error;
      throw error;
    }
  });
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}
