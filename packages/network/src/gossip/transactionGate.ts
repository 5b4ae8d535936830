import { setTimeout as delay } from "node:timers/promises";
import {
  AUTHORIZATION_BYTES_MIN,
  AUTHORIZATIONS_MAX,
  PENALTY,
  REFUSED_TRANSACTION_WEIGHT,
} from "../limits.js";
import type { TransactionVerdict } from "../networkPort.js";
import type { PeerSession } from "../peers/peerSession.js";
import type { RateLimiter } from "../rates/rateLimiter.js";
import { RateReports } from "../rates/rateReports.js";

/** EIP-7702. */
const SET_CODE_TYPE = 4;

export interface TransactionGateParts {
  judge(peer: string, transaction: Uint8Array): Promise<TransactionVerdict>;
  offence(peer: string, rule: string, points: number, detail: string): void;
  /** The rate of all strangers together, where the peer is one. */
  shareOf(session: PeerSession): RateLimiter | null;
  /** The host failed to judge. */
  failed(error: unknown): void;
  /** Monotonic milliseconds. */
  now(): number;
}

/**
 * Whether a gossiped transaction goes on to others: only what this node pooled itself, so that no flood passes it. One of a
 * peer at a time: what it sends faster than its rate waits in its own stream, refused ones above all.
 */
export class TransactionGate {
  private readonly reports: RateReports;

  constructor(private readonly parts: TransactionGateParts) {
    this.reports = new RateReports(parts);
  }

  async judge(session: PeerSession, transaction: Uint8Array): Promise<TransactionVerdict> {
    const verdict = await this.verdict(session.id, transaction);
    if (verdict === "reject") {
      const detail = "passed on a transaction that breaks the rules of the chain";
      this.parts.offence(session.id, "N2.invalidTransaction", PENALTY.invalidTransaction, detail);
    }
    const weight = verdict === "accept" ? 1 : REFUSED_TRANSACTION_WEIGHT;
    const cost = weight + signaturesMax(transaction);
    const waitMs = session.rates.transactions.take(transaction.length, cost);
    const shareMs = this.parts.shareOf(session)?.take(transaction.length, cost) ?? 0;
    if (waitMs > 0) await this.holdBack(session, Math.max(waitMs, shareMs));
    else if (shareMs > 0) await this.wait(session, shareMs);
    return verdict;
  }

  private async verdict(peer: string, transaction: Uint8Array): Promise<TransactionVerdict> {
    try {
      return await this.parts.judge(peer, transaction);
    } catch (error) {
      this.parts.failed(error);
      return "ignore";
    }
  }

  private async holdBack(session: PeerSession, waitMs: number): Promise<void> {
    const detail = "more transactions than the rate allows, or many that are refused";
    this.reports.count(session, "N2.transactionRate", PENALTY.transactionRate, detail);
    await this.wait(session, waitMs);
  }

  private async wait(session: PeerSession, waitMs: number): Promise<void> {
    await delay(waitMs, undefined, { signal: session.signal }).catch(() => undefined);
  }
}

/** Signatures beside its own that a transaction may make its reader recover. */
function signaturesMax(transaction: Uint8Array): number {
  if (transaction[0] !== SET_CODE_TYPE) return 0;
  return Math.min(Math.floor(transaction.length / AUTHORIZATION_BYTES_MIN), AUTHORIZATIONS_MAX);
}
