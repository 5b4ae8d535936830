import { z } from "zod";

/** Anything else would match no Origin header. */
const origin = z
  .string()
  .regex(
    /^(\*|localhost|[a-z][a-z0-9+.-]*:\/\/[^/\s]+)$/,
    'must be an origin such as https://app.example, without a path; "localhost" or "*"',
  );
/** Anything else would match no Host header. */
const hostName = z
  .string()
  .regex(/^(\*|[a-z0-9_.-]+)$/i, 'must be a host name without scheme and port, or "*"');

/** Settings of who may call an RPC server. */
export const rpcAccess = {
  /** Host names besides localhost and plain addresses that requests may name; "*" allows any. */
  hosts: z.array(hostName).max(64).default([]),
  /** Browser origins that may call; "localhost" stands for the pages of this machine, "*" allows any. */
  origins: z.array(origin).max(64).default([]),
};
