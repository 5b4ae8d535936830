import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { InterfaceAbi } from "ethers";
import { onDemand } from "./onDemand.js";
import type { Deployable } from "./sender.js";

/** Contracts as their authors compiled and published them, by path inside an npm package. */
export type Published = (path: string) => Promise<Deployable>;

interface PublishedArtifact {
  readonly abi: InterfaceAbi;
  /** Hex with or without 0x, or forge's object. */
  readonly bytecode: string | { readonly object: string };
}

/** @returns null when they cannot be installed; the test is skipped then. */
export async function publishedContracts(): Promise<Published | null> {
  const dir = await onDemand("published");
  if (dir === null) return null;
  return async (path) => {
    const artifact = JSON.parse(await readFile(join(dir, "node_modules", path), "utf8")) as PublishedArtifact;
    const { abi, bytecode } = artifact;
    const code = typeof bytecode === "string" ? bytecode : bytecode.object;
    return { abi, bytecode: code.startsWith("0x") ? code : `0x${code}` };
  };
}
