import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A directory of its own for each test of the suite; gone afterwards. Call it inside `describe`. */
export function tempDir(): (...parts: string[]) => string {
  let dir = "";
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "causeway-cli-"));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));
  return (...parts) => join(dir, ...parts);
}
