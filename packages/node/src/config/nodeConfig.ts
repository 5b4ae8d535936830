import { isPeerId } from "@causeway/network/connections/isPeerId";
import { STRANGERS_MAX, STRANGERS_PER_HOST_MAX } from "@causeway/network/limits";
import { LOG_LEVELS } from "@causeway/rpc/admin/logLevel";
import { DEFAULT_LIMITS, largestOf, type RpcLimits } from "@causeway/rpc/limits";
import { z } from "zod";
import { rpcAccess } from "./rpcAccess.js";

const port = z.number().int().min(0, "must be 0 to 65535").max(65_535, "must be 0 to 65535");
const path = z.string().min(1, "must be a path");
const multiaddr = z.string().regex(/^\//, "must be a multiaddr such as /ip4/127.0.0.1/tcp/30401");
const peerMultiaddr = multiaddr.refine(
  (value) => isPeerId(/\/p2p\/([A-Za-z0-9]+)$/.exec(value)?.[1] ?? ""),
  "must end in /p2p/<peer id>",
);
const peerId = z.string().refine(isPeerId, "must be a peer id, as a node logs it when it starts: 12D3KooW…");
/** No network of this design is larger. */
const PEERS_MAX = 256;

const logLevel = z.enum(LOG_LEVELS);

const limit = z.number().int().positive();

/** The RPC server's bounds by name, all written as JSON numbers. */
const rpcLimits = z.strictObject({
  ...Object.fromEntries(
    Object.entries(DEFAULT_LIMITS).map(([name, value]) => {
      const max = largestOf(name as keyof RpcLimits);
      const bounded = limit.max(max, `must be 1 to ${max}`);
      return [name, (typeof value === "bigint" ? bounded.transform((v) => BigInt(v)) : bounded).optional()];
    }),
  ),
  /** In ether, of which a part will do, and none is no bound. */
  txFeeEtherMax: z.number().nonnegative().optional(),
}) as unknown as z.ZodType<Partial<RpcLimits>, Partial<Record<keyof RpcLimits, number>>>;

/**
 * A node's config file (JSON). Relative paths are relative to the file. Keys it does not know are refused by name, so a
 * misspelt one is never silently a default.
 */
export const nodeConfigSchema = z.strictObject({
  /** Shown in logs and metrics. */
  name: z.string().regex(/^[a-zA-Z0-9._-]{1,64}$/, "must be 1 to 64 letters, digits, dots, dashes"),
  genesis: path,
  /** Everything the node writes: `chain/`, `safety/`, `evidence/`. */
  dataDir: path,
  /** V3 keystores of the consensus keys; empty for a node that follows. */
  keystores: z.array(path).max(8).default([]),
  /** File with the keystores' password, mode 0600 (X9). */
  passwordFile: path.optional(),
  p2p: z.strictObject({
    /** File with the 32-byte ed25519 seed of the node identity, as hex. */
    identityFile: path,
    listen: z.array(multiaddr).min(1).max(8),
    bootPeers: z.array(peerMultiaddr).max(PEERS_MAX).default([]),
    /** Peer ids that may connect, besides boot peers; null admits anybody. */
    allowlist: z.array(peerId).max(PEERS_MAX).nullable().default(null),
    /** Connections from one host of peers that are neither boot peers nor validators. */
    strangersPerHost: limit.max(STRANGERS_MAX).default(STRANGERS_PER_HOST_MAX),
  }),
  rpc: z
    .strictObject({
      host: z.string().min(1).default("127.0.0.1"),
      port,
      /** Bounds of the RPC server that differ from its defaults, by name. */
      limits: rpcLimits.default({}),
      ...rpcAccess,
      /** Unix socket to serve on as well; null for none. Left out, it is `causeway.ipc` in the data directory, if that fits. */
      ipcPath: path.nullable().optional(),
    })
    .nullable(),
  /** Methods that change the node or tell of its inside, for whoever holds the secret; null for none. */
  admin: z
    .strictObject({
      host: z.string().min(1).default("127.0.0.1"),
      port,
      /** File with the 32-byte secret that tokens are signed with, as hex; made when there is none. */
      jwtSecretFile: path.default("jwt.hex"),
    })
    .nullable()
    .default(null),
  metrics: z
    .strictObject({ host: z.string().min(1).default("127.0.0.1"), port })
    .nullable()
    .default(null),
  logLevel: logLevel.default("info"),
});

/** A config as written in the file. */
export type NodeConfigFile = z.input<typeof nodeConfigSchema>;

/** A config with defaults filled in and absolute paths. */
export type NodeConfig = z.output<typeof nodeConfigSchema>;
