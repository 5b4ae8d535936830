import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Write `<dir>/config.json`; fails when it exists. */
export async function writeConfig(dir: string, config: object): Promise<void> {
  await writeFile(join(dir, "config.json"), configText(config), { flag: "wx" });
}

/** A configuration as people read and edit it. */
export function configText(config: object): string {
  return `${JSON.stringify(config, null, 2)}\n`;
}
