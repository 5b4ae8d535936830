import { createHash } from "node:crypto";
import type { ConsensusMessage } from "@causeway/protocol/consensusMessage";
import type { Recover } from "@causeway/protocol/signature";
import type { VoteDomain } from "@causeway/protocol/voteDomain";
import { decodeConsensusMessage } from "@causeway/protocol/wire/consensusMessageCodec";
import { RECENT_BYTES_MAX, RECENT_MESSAGES_MAX } from "../limits.js";

export interface DecodedMessage {
  readonly message: ConsensusMessage;
  /** Signers that had to be recovered: what the message cost. */
  readonly recoveries: number;
}

/**
 * Decodes consensus messages and remembers the newest. With n validators every message arrives n - 1 times, byte
 * for byte the same, and recovering its signers costs far more than knowing it again.
 */
export class MessageDecoder {
  private readonly recent = new Map<string, { readonly message: ConsensusMessage; readonly size: number }>();
  private recentBytes = 0;

  constructor(
    private readonly domain: VoteDomain,
    private readonly recover: Recover,
  ) {}

  /** @throws {WireError} {@link BlockDecodeError} */
  decode(bytes: Uint8Array): DecodedMessage {
    const key = createHash("sha256").update(bytes).digest("base64");
    const known = this.recent.get(key);
    if (known !== undefined) return { message: known.message, recoveries: 0 };
    let recoveries = 0;
    const message = decodeConsensusMessage(bytes, this.domain, (digest, signature) => {
      recoveries++;
      return this.recover(digest, signature);
    });
    this.recent.set(key, { message, size: bytes.length });
    this.recentBytes += bytes.length;
    this.forgetOldest();
    return { message, recoveries };
  }

  private forgetOldest(): void {
    for (const [key, { size }] of this.recent) {
      if (this.recent.size <= RECENT_MESSAGES_MAX && this.recentBytes <= RECENT_BYTES_MAX) return;
      this.recent.delete(key);
      this.recentBytes -= size;
    }
  }
}
