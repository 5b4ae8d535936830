import type { IncomingMessage } from "node:http";
import type { Refusal } from "../http/access.js";
import { verifyToken } from "./verifyToken.js";

/** Lets in who holds the secret, and no browser page even then. Each reason is told: it helps only who holds it. */
export function authorizeWith(secret: Uint8Array): (request: IncomingMessage) => Refusal | null {
  return ({ headers: { authorization, origin } }) => {
    if (origin !== undefined) return { status: 403, message: "the admin port serves no browser pages" };
    if (authorization === undefined) {
      return { status: 401, message: "missing token: send the header Authorization: Bearer <token>" };
    }
    const [scheme, token, ...rest] = authorization.split(" ");
    if (scheme?.toLowerCase() !== "bearer" || token === undefined || rest.length > 0) {
      return { status: 401, message: "malformed authorization: want Bearer <token>" };
    }
    const fault = verifyToken(token, secret, Date.now() / 1_000);
    return fault === null ? null : { status: 401, message: fault };
  };
}
