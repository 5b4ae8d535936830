import { setTimeout as delay } from "node:timers/promises";
import { CausewayError } from "@causeway/protocol/errors";
import type { Logger } from "pino";
import type { FollowerStatus } from "../feed/feedProtocol.js";

/** One step towards the head of a chain; true when there is more to do at once. */
export type FollowStep = () => Promise<boolean>;

export interface FollowerOptions {
  /** For the log. */
  readonly name: string;
  readonly step: FollowStep;
  readonly pollMs: number;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly onStatus: (status: FollowerStatus) => void;
}

const RETRY_MS = 2_000;

/**
 * Repeat `step` until the signal: a node that cannot be reached is tried again; anything else (a contradiction, a
 * database that refuses) stops this follower for good and is shown, since writing on would be a guess.
 */
export async function follow(options: FollowerOptions): Promise<void> {
  const { name, step, pollMs, log, signal, onStatus } = options;
  let state = "syncing" as FollowerStatus["state"];
  const enter = (next: FollowerStatus["state"], message: string | null) => {
    if (next === state && message === null) return;
    state = next;
    onStatus({ state: next, message });
  };
  while (!signal.aborted) {
    let waitMs = pollMs;
    try {
      const more = await step();
      enter(more ? "syncing" : "live", null);
      if (more) waitMs = 0;
    } catch (error) {
      if (signal.aborted) return;
      const message = error instanceof Error ? error.message : String(error);
      if (!isTemporary(error)) {
        log.error({ follower: name, err: error }, "stopped: the index would no longer be true");
        enter("halted", message);
        return;
      }
      if (state !== "unreachable") log.warn({ follower: name, reason: message }, "waiting for the node");
      enter("unreachable", message);
      waitMs = RETRY_MS;
    }
    if (waitMs > 0) await delay(waitMs, undefined, { signal }).catch(() => undefined);
  }
}

function isTemporary(error: unknown): boolean {
  return (
    error instanceof CausewayError &&
    (error.type.code === "RpcUnreachable" || error.type.code === "RpcRefused")
  );
}
