import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readGenesis } from "../../src/config/readGenesis.js";

describe("readGenesis", () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "causeway-node-"));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  const refused = (path: string, problem: RegExp) =>
    assert.throws(
      () => readGenesis(path),
      (error: Error & { code?: string }) => {
        assert.equal(error.code, "GenesisInvalid");
        assert.ok(error.message.startsWith(`genesis ${path}: `), error.message);
        assert.match(error.message, problem);
        return true;
      },
    );

  it("names the file that is missing, torn or no genesis (X10)", async () => {
    const path = join(dir, "genesis.json");
    refused(path, /: cannot be read \(ENOENT\)$/);
    refused(dir, /: cannot be read \(EISDIR\)$/);
    await writeFile(path, '{"config":');
    refused(path, /: is not JSON: /);
    await writeFile(path, '{"config":{"chainId":0}}');
    refused(path, /: config/);
  });
});
