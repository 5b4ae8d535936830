import { surface } from "../hostCalls.js";
import { PENALTY } from "../limits.js";
import type { HeadAnnouncement, HeadVerdict, NetworkHandlers, TransactionVerdict } from "../networkPort.js";
import type { PeerConduct } from "../peers/peerConduct.js";
import type { PeerSession } from "../peers/peerSession.js";
import type { PeerTable } from "../peers/peerTable.js";
import type { RateLimiter } from "../rates/rateLimiter.js";
import type { GossipGate } from "./gossip.js";
import { TransactionGate } from "./transactionGate.js";

export interface GossipJudgeParts {
  readonly table: PeerTable;
  readonly conduct: PeerConduct;
  readonly handlers: Pick<NetworkHandlers, "onTransaction" | "onHeadAnnounced">;
  /** The rate of transactions of all strangers together, where the peer is one. */
  shareOf(session: PeerSession): RateLimiter | null;
  /** Monotonic milliseconds. */
  now(): number;
}

/** Decides on what is gossiped: who may, at which rate, and with the host whether it goes on to others (N2). */
export class GossipJudge implements GossipGate {
  private readonly transactions: TransactionGate;

  constructor(private readonly parts: GossipJudgeParts) {
    const { handlers, conduct, now } = parts;
    this.transactions = new TransactionGate({
      judge: (peer, transaction) => handlers.onTransaction(peer, transaction),
      offence: (peer, rule, points, detail) => conduct.offence(peer, rule, points, detail),
      shareOf: (session) => parts.shareOf(session),
      failed: surface,
      now,
    });
  }

  admits(peer: string, size: number): boolean {
    return this.parts.table.get(peer)?.rates.gossip.tryTake(size) ?? false;
  }

  async onTransaction(peer: string, transaction: Uint8Array): Promise<TransactionVerdict> {
    const session = this.parts.table.get(peer);
    return session === undefined ? "ignore" : this.transactions.judge(session, transaction);
  }

  /** Forged heads would cost everybody, so each node asks its host before one goes on. */
  async onHead(peer: string, head: HeadAnnouncement): Promise<HeadVerdict> {
    const { table, conduct, handlers } = this.parts;
    const { height, hash } = head.header;
    if (table.get(peer)?.rates.heads.tryTake(0) !== true) return "ignore";
    let verdict: HeadVerdict = "ignore";
    try {
      verdict = await handlers.onHeadAnnounced(peer, head);
    } catch (error) {
      surface(error);
    }
    if (verdict !== "reject") table.raiseHeight(peer, height);
    else
      conduct.offence(peer, "N2.headSeals", PENALTY.forgedHead, `forged seals over head ${height} ${hash}`);
    return verdict;
  }

  onMalformed(peer: string, error: unknown): void {
    this.parts.conduct.misbehaved(peer, error);
  }
}
