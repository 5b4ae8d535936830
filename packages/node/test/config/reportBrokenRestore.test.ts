import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { restoringLocation } from "@causeway/chain/store/databaseLocation";
import { nodePaths } from "../../src/config/nodePaths.js";
import { reportBrokenRestore } from "../../src/config/reportBrokenRestore.js";
import { TestNetwork } from "../support/testNetwork.js";

const DRAFT = "/node/chain/chain.restoring";
const CHAIN = "/node/chain/chain";

describe("a restore that did not come to its end (N4)", () => {
  function told(...present: readonly string[]): string[] {
    const lines: string[] = [];
    const log = { warn: (_fields: object, message: string) => void lines.push(message) };
    reportBrokenRestore({ exists: (path) => present.includes(path) }, "/node/chain", log);
    return lines;
  }

  it("is told of at the start, with why the node begins with genesis and what to do", () => {
    const [line = "", ...more] = told(DRAFT);
    assert.match(line, /did not come to its end: there is no chain, so the node begins with genesis/);
    assert.match(line, /remove \/node\/chain\/chain and run causeway chain restore again/);
    assert.deepEqual(more, []);
  });

  it("is told of as long as its leftover is there, and not without one", () => {
    assert.match(told(DRAFT, CHAIN)[0] ?? "", /the chain beside it has nothing of the snapshot/);
    assert.deepEqual([told(), told(CHAIN)], [[], []]);
  });

  it("is told of by a node that starts", async () => {
    const network = await TestNetwork.create({ validators: 1 });
    try {
      mkdirSync(restoringLocation(nodePaths(network.dataDir(0)).chain), { recursive: true });
      const { log } = await network.start(0);
      const warnings = log.lines.filter(({ level }) => level === "warn").map(({ message }) => message);
      assert(
        warnings.some((message) => /restore .* begins with genesis/.test(message)),
        `${warnings}`,
      );
    } finally {
      await network.destroy();
    }
  });
});
