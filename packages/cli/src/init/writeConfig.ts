import { existsSync } from "node:fs";
import { join } from "node:path";
import { usageError } from "../options.js";
import { replaceFile } from "../writeDrafts.js";

/** Write `<dir>/config.json`, whole or not at all. @throws CausewayError "Usage" when it exists; CausewayError "FileNotWritten". */
export async function writeConfig(dir: string, config: object): Promise<void> {
  const path = join(dir, "config.json");
  if (existsSync(path)) throw usageError(`${path} exists: give another directory`);
  await replaceFile(path, configText(config));
}

/** A configuration as people read and edit it. */
export function configText(config: object): string {
  return `${JSON.stringify(config, null, 2)}\n`;
}
