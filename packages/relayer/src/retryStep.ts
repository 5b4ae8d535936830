import { BridgeError, revertData } from "@causeway/bridge/bridgeError";
import { deliveryGasLimit } from "@causeway/bridge/messages/deliveryGasLimit";
import type { Delivery } from "@causeway/bridge/messages/readInboxes";
import type { BridgeMessage } from "@causeway/protocol/bridgeMessage";
import type { Address, Hex } from "@causeway/protocol/hex";
import type { Logger } from "pino";
import type { RetryKind } from "./crashPoints.js";
import type { FailedMessage, FailedMessages } from "./failedMessages.js";
import type { Step } from "./step.js";
import type { TransactionLane, TransactionRequest } from "./transactionLane.js";

/** First pause between two attempts, milliseconds; it doubles. */
const PAUSE_MS = 10_000;
/** Longest pause, milliseconds. */
const PAUSE_MAX_MS = 3_600_000;
/** After so many attempts, about eight hours, a message is left to whoever cares for it. */
const ATTEMPTS_MAX = 16;
/** Retries under way at once. */
const RETRIES_IN_FLIGHT_MAX = 4;
/** Messages whose state is asked for in one run. */
const MESSAGES_PER_RUN_MAX = 64;

/** One Inbox as retries need it. */
export interface RetryTarget {
  readonly kind: RetryKind;
  readonly inbox: Address;
  /** What became of a message, now and as far as the chain will not take back. */
  delivery(nonce: number): Promise<{ readonly latest: Delivery; readonly final: Delivery }>;
  encode(message: BridgeMessage): Promise<Hex>;
}

/**
 * Calls again the targets of messages whose call failed (B3): somebody may have run it inside a guard of the target, to
 * delay a transfer. Only those between Vault and Mint, only when a simulation succeeds, and not for ever: a message
 * that can never succeed costs no gas.
 */
export class RetryStep implements Step {
  readonly name: string;
  progress = {};

  constructor(
    private readonly target: RetryTarget,
    private readonly failed: FailedMessages,
    private readonly lane: TransactionLane,
    private readonly logger: Logger,
  ) {
    this.name = target.kind;
  }

  /** The lane is reconciled by the step that carries messages to the same chain. */
  async run(): Promise<void> {
    const waiting = await this.failed.list();
    this.progress = { failed: waiting.length };
    const due = waiting.filter(({ notBefore }) => notBefore <= Date.now());
    for (const failed of due.slice(0, MESSAGES_PER_RUN_MAX)) await this.look(failed);
  }

  reset(): void {}

  private async look(failed: FailedMessage): Promise<void> {
    const { nonce } = failed.message;
    const { latest, final } = await this.target.delivery(nonce);
    // Retried by whomever, or cancelled with its checkpoint (B6).
    if (latest !== "failed" && final !== "failed") return this.failed.remove(nonce);
    if (latest !== "failed" || this.lane.has(this.key(nonce))) return;
    if (this.lane.pending(this.target.kind) < RETRIES_IN_FLIGHT_MAX) await this.retry(failed);
  }

  private async retry(failed: FailedMessage): Promise<void> {
    try {
      const request = await this.request(failed.message);
      await this.lane.simulate(request);
      await this.lane.submit(request);
    } catch (error) {
      if (!concernsThisMessage(error)) throw error;
    }
    await this.pause(failed);
  }

  private async request(message: BridgeMessage): Promise<TransactionRequest> {
    return {
      key: this.key(message.nonce),
      to: this.target.inbox,
      data: await this.target.encode(message),
      gasLimit: deliveryGasLimit(message),
    };
  }

  /** Counted after sending: what a crash leaves uncounted stands as an intent on disk and is not sent twice. */
  private async pause({ message, ...failed }: FailedMessage): Promise<void> {
    const attempts = failed.attempts + 1;
    const { nonce } = message;
    if (attempts >= ATTEMPTS_MAX) {
      this.logger.error({ nonce, attempts }, `${this.name}: given up; anyone may still retry it (B3)`);
      return this.failed.remove(nonce);
    }
    const pauseMs = Math.min(PAUSE_MAX_MS, PAUSE_MS * 2 ** failed.attempts);
    await this.failed.update({ message, attempts, notBefore: Date.now() + pauseMs });
  }

  private key(nonce: number): string {
    return `${this.target.kind}:${nonce}`;
  }
}

/** A call that would revert, or a failure the node has no log of: no reason to hold back the other messages. */
function concernsThisMessage(error: unknown): boolean {
  if (!(error instanceof BridgeError)) return false;
  return revertData(error) !== null || error.code === "LogsIncomplete";
}
