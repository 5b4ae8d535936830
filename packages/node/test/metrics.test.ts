import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { NodeMetrics } from "../src/metrics.js";
import { ServeCounts } from "../src/serve/serveCounts.js";
import { ServeMetrics } from "../src/serve/worker/serveMetrics.js";

const SOURCE = {
  height: () => 7,
  round: () => 0,
  peers: () => 3,
  executedBlocks: () => 7,
  poolPending: () => 0,
  queueLength: () => 0,
  heldVotes: () => 0,
  halted: () => false,
};

const fileOf = (path: string) => readFileSync(new URL(`../../../../${path}`, import.meta.url), "utf8");

describe("a node's metrics", () => {
  it("count each kind of evidence from zero, so that the first contradiction is an increase (C15)", async () => {
    const text = await new NodeMetrics("node-1", SOURCE).registry.metrics();
    const kinds = [...text.matchAll(/^causeway_evidence_total\{.*kind="([a-z-]+)".*\} 0$/gm)];
    assert.deepEqual(
      kinds.map(([, kind]) => kind),
      ["double-proposal", "double-prepare", "double-commit", "double-round-change", "forgotten-commit"],
    );
  });

  it("are all that the alerts and the manual name", async () => {
    const { registry } = new NodeMetrics("node-1", SOURCE);
    new ServeCounts(registry, () => true);
    const served = new ServeMetrics("node-1");
    const text = `${await registry.metrics()}${await served.text()}`;
    served.close();
    const known = new Set([...text.matchAll(/^# TYPE (\w+) /gm)].map(([, name]) => name));
    const expressions = fileOf("config/causeway-alerts.yml").match(/expr: .*/g) ?? [];
    const alerts = expressions.flatMap((each) => each.match(/causeway_\w+/g) ?? []);
    const rows = fileOf("docs/operating.md").matchAll(/^\| `((?:causeway|refused)_\w+)/gm);
    const named = [...alerts, ...[...rows].map(([, name]) => name as string)];
    assert.ok(named.length > 20, `${named.length} found`);
    assert.deepEqual(
      named.filter((name) => !known.has(name)),
      [],
    );
  });
});
