import { createHash } from "node:crypto";
import { Common } from "@ethereumjs/common";
import { EVM } from "@ethereumjs/evm";
import { MerkleStateManager } from "@ethereumjs/statemanager";
import { chainError } from "../../chainError.js";
import { interpreterClass } from "./interpreterClass.js";

/**
 * What our corrections of the library stand on, by the start of the SHA-256 of its source (10.1.3). Each function is
 * replaced by ours, or is what calls ours.
 */
const FUNCTIONS: readonly (readonly [owner: string, name: string, digest: string])[] = [
  ["Common", "updateParams", "cf44ea2d2f5baab0"],
  ["Common", "copy", "db9727231d103dab"],
  ["Common", "isActivatedEIP", "931ac8a66349e377"],
  ["Common", "_buildActivatedEIPsCache", "b204c580ddbd8688"],
  ["EVM", "getActiveOpcodes", "e10038983da2c758"],
  ["Interpreter", "run", "8e769d9b5ec21205"],
  ["Interpreter", "lookupOpInfo", "e968e6184feb5d03"],
  ["Interpreter", "_getValidJumpDestinations", "a30ec99e04e322ec"],
  ["MerkleStateManager", "putStorage", "186dd05d5d1bfec5"],
  ["MerkleStateManager", "getStorage", "c3078f8687c5f506"],
  ["MerkleStateManager", "clearStorage", "4de2a8c4dfee75ea"],
  ["MerkleStateManager", "flush", "d376b2b3ba6f21e4"],
];

/**
 * The library is the one whose functions we correct: in another our corrections might do nothing, or harm.
 * @throws ChainError "UnsupportedLibrary".
 */
export async function requireLibrary(): Promise<void> {
  const { prototype: Interpreter } = await interpreterClass();
  const owners: Readonly<Record<string, object>> = {
    Common: Common.prototype,
    EVM: EVM.prototype,
    Interpreter,
    MerkleStateManager: MerkleStateManager.prototype,
  };
  for (const [owner, name, expected] of FUNCTIONS) {
    const found = digest((owners[owner] as Readonly<Record<string, unknown>>)[name]);
    if (found === expected) continue;
    throw chainError(
      "UnsupportedLibrary",
      `@ethereumjs: ${owner}.${name} is not the function this version corrects (source ${found}, expected ${expected}): install the versions of package-lock.json`,
    );
  }
}

function digest(source: unknown): string {
  return typeof source === "function"
    ? createHash("sha256").update(String(source)).digest("hex").slice(0, 16)
    : "missing";
}
