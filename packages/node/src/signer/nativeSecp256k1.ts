import { createRequire } from "node:module";
import { CausewayError } from "@causeway/protocol/errors";

/**
 * The native binding itself. The package's main module falls back to plain JavaScript in silence, which recovers
 * signers twenty times slower: a validator that cannot load the binding says so instead.
 * @throws CausewayError "NativeBindingMissing" when this platform has no prebuilt binding.
 */
export const secp256k1 = loadBinding();

function loadBinding(): typeof import("secp256k1") {
  try {
    return createRequire(import.meta.url)("secp256k1/bindings.js");
  } catch (cause) {
    throw new CausewayError(
      { code: "NativeBindingMissing" },
      `secp256k1: no native binding for ${process.platform}-${process.arch} on Node ${process.versions.node}; reinstall the dependencies on this platform`,
      { cause },
    );
  }
}
