import { existsSync } from "node:fs";
import { join } from "node:path";
import { onDemand } from "./onDemand.js";

const MAJOR = 24;

/** The Node that Hardhat 3 needs: this one if it is new enough, else one from npm. @returns null, with a message, where there is none. */
export async function node24(): Promise<string | null> {
  if (Number(process.versions.node.split(".")[0]) >= MAJOR) return process.execPath;
  const dir = await onDemand("node24");
  if (dir === null) return null;
  const binary = join(dir, `node_modules/node-${process.platform}-${process.arch}/bin/node`);
  if (existsSync(binary)) return binary;
  process.stderr.write(
    `      skipped: npm has no Node ${MAJOR} for ${process.platform} ${process.arch}; run the tests with it\n`,
  );
  return null;
}
