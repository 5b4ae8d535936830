import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../repositoryRoot.js";

/** Names the file that holds a process's offset in milliseconds. */
export const CLOCK_FILE_VARIABLE = "CAUSEWAY_TEST_CLOCK_FILE";
const PRELOAD = join(repositoryRoot, "test/dist/support/nemesis/offsetClock.js");

/** The wall clocks of validators in one directory: right until they are set wrong. */
export class WallClocks {
  /** @param dir holds one file per clock. */
  constructor(
    private readonly dir: string,
    validators: number,
  ) {
    for (let i = 1; i <= validators; i++) this.set(i, 0);
  }

  /** Environment that puts validator i under this clock. */
  env(i: number): Readonly<Record<string, string>> {
    return { NODE_OPTIONS: `--import file://${PRELOAD}`, [CLOCK_FILE_VARIABLE]: this.path(i) };
  }

  /** Validator i's clock shows the real time plus `offsetMs`. */
  set(i: number, offsetMs: number): void {
    const path = this.path(i);
    writeFileSync(`${path}.next`, String(offsetMs));
    renameSync(`${path}.next`, path);
  }

  private path(i: number): string {
    return join(this.dir, `clock-${i}`);
  }
}
