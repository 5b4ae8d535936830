import { CausewayError } from "@causeway/protocol/errors";
import { DEVNET_L1_CHAIN_ID } from "@causeway/protocol/predeploys";
import { z } from "zod";
import { CRASH_POINTS, RETRY_CRASH_POINTS } from "./crashPoints.js";

const httpUrl = z.url({ protocol: /^https?$/, error: "must be an http or https URL" });
const port = z.number().int().min(0).max(65_535);

/** Whether all are different nodes; what is no URL is for the list's elements to refuse. */
function areDistinct(urls: readonly string[]): boolean {
  const hrefs = urls.map((url) => (URL.canParse(url) ? new URL(url).href : url));
  return new Set(hrefs).size === urls.length;
}

/** What a relayer needs to know beside the genesis and its keys. Unknown keys are refused. */
export const relayerConfigSchema = z.strictObject({
  /** `attest` votes on finalized L1 blocks, `carry` brings messages, checkpoints and claims across. */
  roles: z.array(z.enum(["attest", "carry"])).min(1, "must name attest, carry or both"),
  /** L1 nodes. An attester votes only on what all of them say; a carrier uses the first that answers. */
  l1Urls: z
    .array(httpUrl)
    .min(1)
    .max(16)
    .refine(areDistinct, "lists the same node twice, which only agrees with itself"),
  /** Sidechain nodes; the first that answers is used. */
  sidechainUrls: z.array(httpUrl).min(1).max(16),
  dataDir: z.string().min(1),
  /** Longest time without a checkpoint, in seconds of L1 block time (X7). */
  heartbeatSeconds: z.number().int().min(1).max(604_800).default(86_400),
  /**
   * Shortest time between two checkpoints sent because withdrawals wait, in seconds of L1 block time. When left out,
   * see {@link checkpointInterval}.
   */
  checkpointIntervalSeconds: z.number().int().min(0).max(604_800).optional(),
  /** How often both chains are looked at, milliseconds. */
  pollIntervalMs: z.number().int().min(50).max(600_000).default(1_000),
  /** A transaction not mined for this long is sent again with a higher fee, milliseconds. */
  bumpAfterMs: z.number().int().min(500).max(3_600_000).default(60_000),
  /** Most a transaction may pay per gas, gwei. */
  maxFeeGwei: z.number().int().min(1).max(1_000_000).default(500),
  /** An L1 block at or below the deployment of the bridge: logs are read from there. */
  l1StartBlock: z.number().int().min(0).default(0),
  statusHost: z.string().min(1).default("127.0.0.1"),
  /** 0 takes a free port. */
  statusPort: port.default(8_800),
  /** Kill the process (SIGKILL) at this step; for tests. Also taken from the environment, see CRASH_AT_VARIABLE. */
  crashAt: z.enum([...CRASH_POINTS, ...RETRY_CRASH_POINTS]).optional(),
});

export type RelayerConfig = z.infer<typeof relayerConfigSchema>;
export type Role = RelayerConfig["roles"][number];

/** Anybody may write into the sidechain's Outbox for next to nothing: each message must not buy a checkpoint on L1. */
const CHECKPOINT_INTERVAL_SECONDS = 600;

/** checkpointIntervalSeconds, or without it what is sensible on that L1: ten minutes, on devnets none. */
export function checkpointInterval(
  { checkpointIntervalSeconds }: Pick<RelayerConfig, "checkpointIntervalSeconds">,
  l1ChainId: number,
): number {
  const isDevnet = l1ChainId === DEVNET_L1_CHAIN_ID;
  return checkpointIntervalSeconds ?? (isDevnet ? 0 : CHECKPOINT_INTERVAL_SECONDS);
}

export type RelayerConfigError = CausewayError<{ code: "RelayerConfigInvalid"; field: string }>;

/** Environment variable that stands in for `crashAt`. */
export const CRASH_AT_VARIABLE = "CAUSEWAY_RELAYER_CRASH_AT";

/**
 * @param environment where CRASH_AT_VARIABLE is looked up; normally process.env.
 * @throws {RelayerConfigError} naming the first wrong or unknown key.
 */
export function parseRelayerConfig(
  json: unknown,
  environment: Readonly<Record<string, string | undefined>> = {},
): RelayerConfig {
  const crashAt = environment[CRASH_AT_VARIABLE];
  const isObject = typeof json === "object" && json !== null;
  const parsed = relayerConfigSchema.safeParse(
    isObject && crashAt !== undefined ? { crashAt, ...json } : json,
  );
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join(".") || "(root)";
  throw new CausewayError(
    { code: "RelayerConfigInvalid", field },
    `relayer config: ${field}: ${issue?.message ?? "is not a relayer config"}`,
  );
}
