import { interpreterClass } from "./interpreterClass.js";
import { InterruptibleEvm } from "./interruptibleEvm.js";
import { requireLibrary } from "./requireLibrary.js";

let corrected: Promise<void> | undefined;

/**
 * Once per process: check that the library is the one we correct, and let an `InterruptibleEvm` keep the analyses of jump
 * destinations, which the library makes anew in every call by decoding the whole contract. Other EVMs stay as they are.
 * @throws ChainError "UnsupportedLibrary".
 */
export function correctLibrary(): Promise<void> {
  corrected ??= correct();
  return corrected;
}

async function correct(): Promise<void> {
  await requireLibrary();
  const { prototype } = await interpreterClass();
  const analyse = prototype._getValidJumpDestinations;
  prototype._getValidJumpDestinations = function (code) {
    // Creation code runs once, and is a part of its creator's memory.
    if (!(this._evm instanceof InterruptibleEvm) || this._env.isCreate) return analyse.call(this, code);
    return this._evm.jumpAnalyses.of(code, () => analyse.call(this, code));
  };
}
