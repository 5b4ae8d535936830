import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jwtSecret } from "../../src/config/jwtSecret.js";
import type { FileSystem } from "../../src/ports/fileSystem.js";
import { nodeFileSystem } from "../../src/ports/nodeFileSystem.js";

describe("jwtSecret", () => {
  let directory: string;
  before(() => {
    directory = mkdtempSync(join(tmpdir(), "causeway-jwt-"));
  });
  after(() => rmSync(directory, { recursive: true }));
  const read = (name: string) => jwtSecret(nodeFileSystem, join(directory, name));

  it("makes a file that only its owner reads, and reads it the next time", () => {
    const made = read("jwt.hex");
    assert.equal(made.length, 32);
    assert.equal(readFileSync(join(directory, "jwt.hex"), "utf8"), Buffer.from(made).toString("hex"));
    if (process.platform !== "win32") assert.equal(statSync(join(directory, "jwt.hex")).mode & 0o777, 0o600);
    assert.deepEqual(read("jwt.hex"), made);
  });

  it("is made by a later start where the disk was full", () => {
    const full: FileSystem = {
      ...nodeFileSystem,
      write: (path, bytes) => {
        nodeFileSystem.write(path, bytes.subarray(0, 7));
        throw new Error("ENOSPC: no space left on device");
      },
    };
    assert.throws(() => jwtSecret(full, join(directory, "late.hex")), /cannot be read or made: ENOSPC/);
    const made = read("late.hex");
    assert.deepEqual(read("late.hex"), made);
    assert.equal(existsSync(join(directory, "late.hex.new")), false);
  });

  it("takes hex with and without prefix and final line", () => {
    for (const text of ["ab".repeat(32), `0x${"AB".repeat(32)}\n`]) {
      writeFileSync(join(directory, "given"), text);
      assert.deepEqual(read("given"), new Uint8Array(32).fill(0xab));
    }
  });

  it("names file and flag where it cannot be read or holds something else", () => {
    for (const text of ["", "ab".repeat(31), "zz".repeat(32)]) {
      writeFileSync(join(directory, "bad"), text);
      assert.throws(() => read("bad"), {
        code: "JwtSecretInvalid",
        message: /bad must hold 32 bytes of hex \("admin\.jwtSecretFile", --admin-jwt-secret\)/,
      });
    }
    mkdirSync(join(directory, "folder"));
    assert.throws(() => read("folder"), /cannot be read or made/);
    assert.throws(() => read("nowhere/jwt.hex"), /cannot be read or made/);
  });
});
