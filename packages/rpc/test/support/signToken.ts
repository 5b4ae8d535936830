import { createHmac } from "node:crypto";

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A token as clients of the engine API make it. */
export function signToken(
  secret: Uint8Array,
  claims: object = { iat: Math.floor(Date.now() / 1_000) },
  header: object = { alg: "HS256", typ: "JWT" },
): string {
  const signed = `${part(header)}.${part(claims)}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}
