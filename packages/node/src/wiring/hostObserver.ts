import type { Head } from "@causeway/protocol/head";
import type { EvidenceStore } from "../evidence/evidenceStore.js";
import type { SafetyStop } from "../evidence/safetyStop.js";
import type { HostObserver } from "../host/hostPorts.js";
import type { NodeMetrics } from "../metrics.js";
import type { Logger } from "../ports/logger.js";
import type { BlockReport } from "../status/blockReport.js";
import type { RefusalCounts } from "../status/refusalCounts.js";

export interface HostObserverParts {
  readonly evidence: EvidenceStore;
  readonly refusals: RefusalCounts;
  readonly safetyStop: SafetyStop;
  readonly metrics: NodeMetrics;
  readonly report: BlockReport;
  readonly log: Logger;
  readonly head: () => Head;
  readonly failed: (error: unknown) => void;
}

/** What the host notices goes to logs, counters and evidence; two certificates stop the node (F2). */
export function hostObserver(parts: HostObserverParts): HostObserver {
  const { evidence, refusals, safetyStop, metrics, report, log, head, failed } = parts;
  return {
    evidence: (found) => evidence.add(found),
    refused: ({ rule, author, height, round, detail }) => {
      refusals.add(rule);
      log.warn({ rule, author, height, round, detail }, `refused the proposal of ${author}: ${rule}`);
    },
    halted: (cause) => {
      const { validators, nextValidators } = head();
      safetyStop.trip({ ...cause, validators: [validators, nextValidators] });
    },
    failed,
    dropped: () => metrics.droppedMessages.inc(),
    proposalSeen: (height) => report.proposalSeen(height),
  };
}
