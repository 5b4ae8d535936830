import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openForImport } from "@causeway/chain/store/database";
import { runCauseway } from "../../support/runCauseway.js";
import { type Fixture, type FixtureFile, fixtureFiles, isInvalid } from "./fixture.js";
import { fixtureFolder } from "./fixtureFolder.js";
import { gethGenesis } from "./gethGenesis.js";
import { runFixture } from "./runFixture.js";

/** Some cases fill blocks with work. */
const CASE_TIMEOUT_MS = 900_000;
/** Every so many files one case goes through the real command line, too. */
const FILES_PER_PROCESS = 12;

const folder = fixtureFolder();

describe("execution fixtures", () => {
  if (folder === null) {
    it("are not here: put them to ../shared/conformance/execution or name their folder in CAUSEWAY_FIXTURES");
    return;
  }
  const files = fixtureFiles(folder);

  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "causeway-fixture-"));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it("are there", () => {
    assert.ok(files.length > 0, `${folder} holds no fixtures`);
    assert.ok(
      files.some(({ cases }) => cases().length > 0),
      `no file below ${folder} holds a case: all are of another format`,
    );
  });

  for (const { path, cases } of files) {
    it(`${path}: import, restart, state`, async function () {
      const all = cases();
      if (all.length === 0) this.skip();
      this.timeout(CASE_TIMEOUT_MS * all.length);
      for (const [i, [name, fixture]] of all.entries()) {
        await named(name, () => runFixture(fixture, storeIn(join(directory, String(i)))));
      }
    });
  }

  for (const file of files.filter((_, i) => i % FILES_PER_PROCESS === 0)) {
    it(`${file.path}: causeway chain import and head`, async function () {
      this.timeout(CASE_TIMEOUT_MS);
      const [name, fixture] = lastCase(file) ?? this.skip();
      await named(name, () => runThroughProcess(fixture, directory));
    });
  }
});

function storeIn(dataDir: string) {
  return { dataDir, database: () => openForImport(dataDir) };
}

/** Of many cases the last, since those that must be refused often come late. */
function lastCase({ cases }: FixtureFile): readonly [string, Fixture] | undefined {
  return cases().at(-1);
}

async function named(name: string, run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (error instanceof Error) error.message = `${name}: ${error.message}`;
    throw error;
  }
}

/** The blocks up to the first that must be refused, in one file; then the head as another process reads it. */
async function runThroughProcess(fixture: Fixture, directory: string): Promise<void> {
  const [genesis, blocks, datadir] = ["genesis.json", "blocks.rlp", "data"].map((name) =>
    join(directory, name),
  ) as [string, string, string];
  const refused = fixture.blocks.findIndex(isInvalid);
  const given = refused === -1 ? fixture.blocks : fixture.blocks.slice(0, refused + 1);
  await writeFile(genesis, JSON.stringify(gethGenesis(fixture)));
  await writeFile(blocks, Buffer.concat(given.map(({ rlp }) => Buffer.from(rlp.slice(2), "hex"))));
  const imported = await runCauseway("chain", "import", "--genesis", genesis, "--datadir", datadir, blocks);
  assert.equal(imported.status, refused === -1 ? 0 : 1, imported.stderr);
  const { error, ...head } = JSON.parse(imported.stdout);
  assert.equal(error?.index, refused === -1 ? undefined : refused, imported.stdout);
  const read = await runCauseway("chain", "head", "--datadir", datadir);
  assert.deepEqual(JSON.parse(read.stdout), head);
  if (refused === -1 || refused === fixture.blocks.length - 1) assert.equal(head.hash, fixture.lastblockhash);
}
