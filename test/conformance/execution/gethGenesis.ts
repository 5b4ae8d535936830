import type { Fixture } from "./fixture.js";
import { networkConfig } from "./networkConfig.js";

/** Header fields that a genesis file has under the same name. */
const HEADER_FIELDS = [
  "nonce",
  "timestamp",
  "extraData",
  "gasLimit",
  "difficulty",
  "mixHash",
  "coinbase",
  "baseFeePerGas",
  "excessBlobGas",
  "blobGasUsed",
] as const;

/** The genesis file, in geth's form, of the chain a fixture begins with. */
export function gethGenesis(fixture: Fixture): Record<string, unknown> {
  const header = fixture.genesisBlockHeader;
  const fields = HEADER_FIELDS.flatMap((name) =>
    header[name] === undefined ? [] : [[name, header[name]] as const],
  );
  return { config: networkConfig(fixture), ...Object.fromEntries(fields), alloc: fixture.pre };
}
