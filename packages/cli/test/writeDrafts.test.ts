import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { replaceFile } from "../src/writeDrafts.js";
import { tempDir } from "./support/tempDir.js";

/** Every write to it fails as on a full disk. Linux. */
const FULL_DISK = "/dev/full";

describe("replaceFile", () => {
  const path = tempDir();

  it("puts a whole file in the place of another", async () => {
    await writeFile(path("out"), "old and longer");
    await replaceFile(path("out"), "new");
    assert.equal(await readFile(path("out"), "utf8"), "new");
    assert.deepEqual(readdirSync(path()), ["out"]);
  });

  it("names a file that cannot be made", async () => {
    await mkdir(path("folder"));
    await assert.rejects(replaceFile(path("folder"), "x"), {
      code: "FileNotWritten",
      message: /folder .*EISDIR/,
    });
    await assert.rejects(replaceFile(path("no/out"), "x"), { code: "Usage", message: /no\/out .*ENOENT/ });
    assert.deepEqual(readdirSync(path()), ["folder"]);
  });

  it("names it also on a full disk, and leaves what was there", async function () {
    if (!existsSync(FULL_DISK)) this.skip();
    await writeFile(path("out"), "old");
    await symlink(FULL_DISK, path("out.partial"));
    await assert.rejects(replaceFile(path("out"), "x"), { code: "FileNotWritten", message: /out .*ENOSPC/ });
    assert.equal(await readFile(path("out"), "utf8"), "old");
    assert.deepEqual(readdirSync(path()), ["out"]);
  });
});
