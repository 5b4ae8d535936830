import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Hash, Hex } from "@causeway/protocol/hex";

/** A case of the blockchain test format of execution-spec-tests, as far as it is read here. */
export interface Fixture {
  readonly network: string;
  readonly config?: {
    readonly chainid?: Hex;
    readonly blobSchedule?: Readonly<Record<string, Readonly<Record<string, Hex>>>>;
  };
  readonly pre: Readonly<Record<Hex, FixtureAccount>>;
  readonly genesisBlockHeader: Readonly<Record<string, Hex>> & { readonly hash: Hash };
  readonly blocks: readonly FixtureBlock[];
  /** Hash of the newest valid block. */
  readonly lastblockhash: Hash;
  readonly postState?: Readonly<Record<Hex, FixtureAccount>>;
  /** In place of a post state that is too large. */
  readonly postStateHash?: Hash;
}

export interface FixtureBlock {
  readonly rlp: Hex;
  /** Only of a valid block. */
  readonly blockHeader?: unknown;
  /** Why the block is not valid; legacy fixtures name it by network or not at all. */
  readonly expectException?: string;
}

export interface FixtureAccount {
  readonly balance: Hex;
  readonly nonce: Hex;
  readonly code: Hex;
  readonly storage: Readonly<Record<Hex, Hex>>;
}

export interface FixtureFile {
  /** Relative to the folder of the fixtures. */
  readonly path: string;
  /** None in a file of another format. */
  readonly cases: () => readonly (readonly [name: string, fixture: Fixture])[];
}

/** Every file of fixtures below a folder, in the order of their paths. */
export function fixtureFiles(folder: string): FixtureFile[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".json") && !path.startsWith("."))
    .sort()
    .map((path) => ({
      path,
      cases: () => Object.entries(JSON.parse(readFileSync(join(folder, path), "utf8"))).filter(isCase),
    }));
}

/** Releases hold other formats beside this one. */
function isCase(entry: [string, unknown]): entry is [string, Fixture] {
  const [, value] = entry;
  return typeof value === "object" && value !== null && "blocks" in value && "genesisBlockHeader" in value;
}

/** Whether a block must be refused. */
export function isInvalid(block: FixtureBlock): boolean {
  return block.blockHeader === undefined;
}
