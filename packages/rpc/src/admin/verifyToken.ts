import { createHmac, timingSafeEqual } from "node:crypto";

/** Seconds that a token's time of issue may differ from ours (engine API). */
const ISSUED_SECONDS_MAX = 60;
const BASE64URL = /^[A-Za-z0-9_-]+$/;

/**
 * Check a JSON web token by the engine API's convention: HS256, issued within a minute of now.
 * @param nowSeconds wall clock.
 * @returns what is wrong with it, null when nothing is.
 */
export function verifyToken(token: string, secret: Uint8Array, nowSeconds: number): string | null {
  const [header, payload, signature, ...rest] = token.split(".");
  if (header === undefined || payload === undefined || signature === undefined || rest.length > 0) {
    return "malformed token: want three parts between dots";
  }
  if (![header, payload, signature].every((part) => BASE64URL.test(part))) {
    return "malformed token: a part is not base64url";
  }
  const algorithm = jsonOf(header)?.alg;
  if (algorithm !== "HS256") return "unsupported algorithm: tokens are signed with HS256";
  const expected = createHmac("sha256", secret).update(`${header}.${payload}`).digest();
  const given = Buffer.from(signature, "base64url");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    return "wrong signature: the token is signed with another secret";
  }
  const claims = jsonOf(payload);
  if (claims === null) return "malformed token: the payload is not a JSON object";
  return timeFault(claims, nowSeconds);
}

function timeFault({ iat, exp }: Readonly<Record<string, unknown>>, nowSeconds: number): string | null {
  if (iat === undefined) return "missing issued-at: the token has no iat";
  if (typeof iat !== "number" || !Number.isFinite(iat)) return "malformed token: iat is no number";
  const ageSeconds = nowSeconds - iat;
  if (ageSeconds > ISSUED_SECONDS_MAX) return `stale token: iat is more than ${ISSUED_SECONDS_MAX} s ago`;
  if (ageSeconds < -ISSUED_SECONDS_MAX) return `future token: iat is more than ${ISSUED_SECONDS_MAX} s ahead`;
  if (exp === undefined) return null;
  if (typeof exp !== "number") return "malformed token: exp is not a number";
  return exp <= nowSeconds ? "expired token: exp has passed" : null;
}

function jsonOf(part: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
