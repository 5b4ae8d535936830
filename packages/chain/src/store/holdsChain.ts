import { chainError } from "../chainError.js";
import { toHex } from "../codec/hex.js";
import type { ChainIdentity } from "../genesis/chainIdentity.js";
import type { Database } from "./database.js";
import { keys } from "./keys.js";

/**
 * Whether a database holds this chain; false for none.
 * @throws ChainError "WrongChain" for another, and for the same blocks under the other rules.
 */
export function holdsChain(database: Database, { genesisHash, isCauseway }: ChainIdentity): boolean {
  const bytes = database.get(keys.genesisHash);
  if (bytes === undefined) return false;
  const stored = toHex(bytes);
  if (stored !== genesisHash) {
    throw chainError(
      "WrongChain",
      `data directory holds the chain with genesis ${stored}, but the genesis file hashes to ${genesisHash}: use another --datadir or the right genesis`,
    );
  }
  // S(1) is there from the beginning where certificates are asked for.
  if ((database.get(keys.validators(1)) !== undefined) === isCauseway) return true;
  throw chainError(
    "WrongChain",
    isCauseway
      ? "data directory holds this chain without certificates, by a genesis file that had no config.causeway: import it anew into another --datadir"
      : "data directory holds a chain of Causeway's, but the genesis file has no config.causeway: give the file that the chain began with",
  );
}
