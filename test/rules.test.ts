import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { forgeRules } from "./support/forgeRules.js";
import { repositoryRoot } from "./support/repositoryRoot.js";
import { ruleCoverage } from "./support/ruleCoverage.js";
import { readRuleIds, readRuleTable, ruleIdsIn } from "./support/ruleTable.js";
import { forgeTitles, mochaTitles } from "./support/testTitles.js";

/** The kinds of tests in the table, and where they live. */
const TEST_FOLDERS: Readonly<Record<string, readonly string[]>> = {
  unit: readdirSync(join(repositoryRoot, "packages"))
    .filter((name) => name !== "sim")
    .map((name) => `packages/${name}/test`),
  simulator: ["packages/sim/test"],
  contract: ["contracts/test"],
  scenario: ["test/scenarios", "test/e2e"],
};

describe("table of rules (docs/protocol/coverage.md)", () => {
  const rows = readRuleTable();

  it("has every rule from F to N once, and no other", () => {
    assert.deepEqual(rows.map(({ id }) => id).sort(), readRuleIds().sort());
  });

  it("names files that cite the rule", () => {
    const wrong = rows.flatMap(({ id, code }) => {
      const silent = code.filter(
        (path) => !ruleIdsIn(readFileSync(join(repositoryRoot, path), "utf8")).includes(id),
      );
      return code.length === 0 ? [`${id}: no code`] : silent.map((path) => `${id}: ${path} does not cite it`);
    });
    assert.deepEqual(wrong, []);
  });

  it("names kinds of tests that name the rule in a title", () => {
    const wrong = rows.flatMap(({ id, tests }) =>
      tests.filter((kind) => !idsNamedBy(kind).includes(id)).map((kind) => `${id}: no ${kind} test`),
    );
    assert.deepEqual(wrong, []);
  });
});

describe("mistakes of others (docs/protocol/mistakes.md)", () => {
  it("names tests that exist", () => {
    const text = readFileSync(join(repositoryRoot, "docs", "protocol", "mistakes.md"), "utf8");
    const named = [...text.matchAll(/`([^`]+\.(?:test\.ts|t\.sol))`((?:,? "[^"]+")+)/g)].flatMap(
      ([, path = "", titles = ""]) =>
        [...titles.matchAll(/"([^"]+)"/g)].map(([, title = ""]) => ({ path, title })),
    );
    assert(named.length > 25, `${named.length} tests named`);
    for (const { path, title } of named) {
      const source = readFileSync(join(repositoryRoot, path), "utf8");
      assert(source.includes(title), `${path} has no test "${title}"`);
    }
  });
});

describe("titles of tests", () => {
  it("are the words a describe or an it begins with, over lines and in templates, and nothing else", () => {
    const source = [
      '/** F1 keeps, and it("C9") is no call. */',
      'describe("about W1", () => {',
      "  // F2 and it(",
      '  it("keeps \\"F3\\" (W2)", () => {',
      '    assert.equal(rule, "H1");',
      "  });",
      "  it(",
      '    "goes over lines (W3)",',
      "    () => {},",
      "  );",
      "  it(`V1 of a template,",
      `   and what is in it, \${ids.map((id) => id)} (V2)\`, async () => {});`,
      '  it.skip("is not run (V3)", () => {});',
      '  const title = "of nothing (V4)";',
      "});",
    ].join("\n");
    assert.deepEqual(ruleIdsIn(mochaTitles(source).join("\n")), ["W1", "F3", "W2", "W3", "V1", "V2"]);
  });

  it("are for forge the doc comments of its contracts and test functions", () => {
    const source = [
      "/// F1: of the contract,",
      "/// over two lines (F2).",
      "contract ViewTest is Base {",
      "    // C1",
      "    /// C2",
      "    uint256 private n;",
      "    /// C3",
      "    function test_a() public {",
      "        // C4",
      "    }",
      "    /// C5",
      "    function helper() internal {}",
      "    /// C6",
      "    function testFuzz_b(uint256 x) public {}",
      "}",
    ].join("\n");
    assert.deepEqual(ruleIdsIn(forgeTitles(source).join("\n")), ["F1", "F2", "C3", "C6"]);
  });
});

describe("record of exercised rules", () => {
  it("takes ids from the doc comments of forge tests that passed, and of their contracts", () => {
    const output = [
      "Ran 2 tests for test/views/SidechainViewConflict.t.sol:SidechainViewConflictTest",
      "[PASS] test_somethingWithoutComment() (gas: 1)",
      "[FAIL: other] test_other() (gas: 1)",
    ].join("\n");
    assert.deepEqual(forgeRules(output), ["F2"]);
    assert.deepEqual(forgeRules(output.replace("[PASS]", "[FAIL]")), []);
  });

  it("tells what no test names, and what is no rule", () => {
    const folder = mkdtempSync(join(tmpdir(), "causeway-rules-test-"));
    try {
      const path = join(folder, "exercised");
      writeFileSync(path, readRuleIds().slice(1).concat("N99").join("\n"));
      const { exercised, missing, unknown } = ruleCoverage(path);
      assert.deepEqual([missing, unknown], [readRuleIds().slice(0, 1), ["N99"]]);
      assert.equal(exercised.length, readRuleIds().length - 1);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

function idsNamedBy(kind: string): string[] {
  return ruleIdsIn((TEST_FOLDERS[kind] ?? []).flatMap(titlesBelow).join("\n"));
}

function titlesBelow(folder: string): string[] {
  const root = join(repositoryRoot, folder);
  if (!existsSync(root)) return [];
  return readdirSync(root).flatMap((name) => {
    const path = join(root, name);
    if (statSync(path).isDirectory()) return titlesBelow(join(folder, name));
    if (name.endsWith(".test.ts")) return mochaTitles(readFileSync(path, "utf8"));
    return name.endsWith(".t.sol") ? forgeTitles(readFileSync(path, "utf8")) : [];
  });
}
