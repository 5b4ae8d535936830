import { createHash } from "node:crypto";
import type { ConsensusMessage, SigningPayload } from "@causeway/protocol/consensusMessage";
import type { Address, Hash, Signature } from "@causeway/protocol/hex";

/** A signature that binds author, kind and payload as a real one would; nobody in the tests forges. */
export function fakeSign(author: Address, { kind, payload }: SigningPayload): Signature {
  return `${fakeHash(author, kind, payload)}${"00".repeat(32)}1b`;
}

export function fakeHash(...parts: readonly unknown[]): Hash {
  return `0x${createHash("sha256").update(JSON.stringify(parts)).digest("hex")}`;
}

/** What the edge does by recovering signers (C16): every signature in the message, nested ones too, is its author's. */
export function isAuthentic(message: ConsensusMessage): boolean {
  const { author, signature } = message;
  if (signature !== fakeSign(author, message)) return false;
  const prepares = "prepares" in message ? message.prepares : [];
  const roundChanges = "roundChanges" in message ? message.roundChanges : [];
  return (
    prepares.every((p) => p.signature === fakeSign(p.author, { kind: "prepare", payload: p.payload })) &&
    roundChanges.every(
      (r) => r.signature === fakeSign(r.author, { kind: "round-change", payload: r.payload }),
    )
  );
}
