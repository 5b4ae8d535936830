import type { Address, Hash } from "@causeway/protocol/hex";
import { z } from "zod";
import { type ClientMessage, FEED_LIMITS } from "./feedProtocol.js";

const id = z.string().min(1).max(64);
const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, "must be 20 bytes of 0x hex")
  .transform((text) => text.toLowerCase() as Address);
const hash = z
  .string()
  .regex(/^0x[0-9a-fA-F]{64}$/, "must be 32 bytes of 0x hex")
  .transform((text) => text.toLowerCase() as Hash);
const block = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

const filter = z.strictObject({
  addresses: z.array(address).min(1).max(FEED_LIMITS.maxAddresses).exactOptional(),
  direction: z.enum(["deposit", "withdrawal"]).exactOptional(),
});

const from = z.union([
  z.strictObject({ cursor: z.string().max(64) }),
  z.strictObject({ block, hash: hash.exactOptional() }),
]);

const snapshot = z.union([z.boolean(), z.number().int().min(1).max(FEED_LIMITS.maxSnapshot)]);

const clientMessage = z.discriminatedUnion("t", [
  z.strictObject({
    t: z.literal("sub"),
    id,
    topic: z.enum(["blocks", "txs", "bridge", "validators", "stats"]),
    filter: filter.exactOptional(),
    from: from.exactOptional(),
    snapshot: snapshot.exactOptional(),
  }),
  z.strictObject({ t: z.literal("unsub"), id }),
  z.strictObject({ t: z.literal("update"), id, filter }),
  z.strictObject({ t: z.literal("ping"), n: z.number().exactOptional() }),
]);

export type ParsedMessage =
  | { readonly ok: true; readonly message: ClientMessage }
  /** `fatal`: not even a message of this protocol. */
  | { readonly ok: false; readonly fatal: boolean; readonly id: string | null; readonly reason: string };

/** Decode one text frame of at most {@link FEED_LIMITS}.maxInboundBytes. */
export function parseClientMessage(text: string): ParsedMessage {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { ok: false, fatal: true, id: null, reason: "the frame is not JSON text" };
  }
  const parsed = clientMessage.safeParse(json);
  if (parsed.success) return { ok: true, message: parsed.data };
  const issue = parsed.error.issues[0];
  const fatal =
    issue === undefined ||
    issue.path[0] === "t" ||
    (issue.code === "invalid_type" && issue.path.length === 0);
  const field = issue?.path.join(".") || "message";
  return {
    ok: false,
    fatal,
    id: idOf(json),
    reason: `${field}: ${issue?.message ?? "is not a feed message"}`,
  };
}

function idOf(json: unknown): string | null {
  const parsed = z.object({ id }).safeParse(json);
  return parsed.success ? parsed.data.id : null;
}
