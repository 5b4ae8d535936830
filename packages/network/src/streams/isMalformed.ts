import type { BlockDecodeError } from "@causeway/protocol/block";
import { CausewayError } from "@causeway/protocol/errors";
import type { WireError } from "@causeway/protocol/wire/wireError";

/** True for what the codecs throw about bytes of a peer. */
export function isMalformed(error: unknown): error is WireError | BlockDecodeError {
  return (
    error instanceof CausewayError && (error.code === "WireMalformed" || error.code === "BlockMalformed")
  );
}
