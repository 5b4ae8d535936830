import { createHash } from "node:crypto";
import { type Hash, toHex, ZERO_ADDRESS } from "@causeway/protocol/hex";
import { encodeRlp, getBytes, toBeArray } from "ethers";

/** A transaction as the model chain sees it: bytes of a legacy transaction's shape with a number of its own. */
export interface ModelTransaction {
  readonly hash: Hash;
  readonly raw: Uint8Array;
}

const made = new Map<number, ModelTransaction>();

/** The transaction of a number >= 1; always the same. */
export function modelTransaction(number: number): ModelTransaction {
  const known = made.get(number);
  if (known !== undefined) return known;
  const fields = [toBeArray(number), "0x01", "0x5208", ZERO_ADDRESS, "0x", "0x", "0x1b", "0x01", "0x01"];
  const raw = getBytes(encodeRlp(fields.map((field) => (typeof field === "string" ? field : toHex(field)))));
  const transaction = { raw, hash: modelHash("transaction", raw) };
  made.set(number, transaction);
  return transaction;
}

/** SHA-256 over strings and bytes: what the model uses where the real chain has Merkle roots. */
export function modelHash(...parts: readonly (string | Uint8Array)[]): Hash {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return `0x${hash.digest("hex")}`;
}
