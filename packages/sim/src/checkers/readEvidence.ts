import { join } from "node:path";
import type { Evidence } from "@causeway/consensus/evidence";
import type { SimulatedNode } from "../node/simulatedNode.js";

export type StoredEvidence = Pick<Evidence, "validator" | "kind">;

/** What a node has stored against validators (F3), as anybody reads it off its disk. */
export function readEvidence(node: SimulatedNode): StoredEvidence[] {
  const bytes = node.disk.read(join(node.paths.evidence, "evidence.jsonl"));
  if (bytes === null) return [];
  return new TextDecoder()
    .decode(bytes)
    .split("\n")
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as StoredEvidence];
      } catch {
        return [];
      }
    });
}
