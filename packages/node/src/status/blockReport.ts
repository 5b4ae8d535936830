import type { ChainReader, HeadEvent } from "@causeway/chain/chainReader";
import type { NodeMetrics } from "../metrics.js";
import type { Clock } from "../ports/clock.js";
import type { Logger } from "../ports/logger.js";

export interface BlockReportPorts {
  readonly reader: ChainReader;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: NodeMetrics;
}

/** One readable log line and the metrics of every finalized block. */
export class BlockReport {
  readonly #ports: BlockReportPorts;
  /** Monotonic time at which work on a height's first proposal began. */
  readonly #seenAtMs = new Map<number, number>();
  readonly #unsubscribe: () => void;

  constructor(ports: BlockReportPorts) {
    this.#ports = ports;
    this.#unsubscribe = ports.reader.onHead(
      (event) => void this.#finalized(event, ports.clock.monotonicMs()),
    );
  }

  proposalSeen(height: number): void {
    if (!this.#seenAtMs.has(height)) this.#seenAtMs.set(height, this.#ports.clock.monotonicMs());
  }

  stop(): void {
    this.#unsubscribe();
  }

  async #finalized({ block }: HeadEvent, nowMs: number): Promise<void> {
    const { reader, log, metrics } = this.#ports;
    const { number: height, hash, gasUsed } = block.header;
    const ms = this.#elapsedMs(height, nowMs);
    metrics.finalizedBlocks.inc();
    if (ms !== null) metrics.finalitySeconds.observe(ms / 1_000);
    const [certificate, validators] = await Promise.all([
      reader.certificate(height),
      reader.validators(height),
    ]);
    const fields = {
      height,
      hash,
      round: certificate?.checkpoint.round ?? 0,
      txs: block.transactions.length,
      gas: Number(gasUsed),
      ms,
      seals: `${certificate?.seals.length ?? 0}/${validators?.length ?? 0}`,
    };
    const pace = ms === null ? "synced" : `${ms} ms`;
    log.info(
      fields,
      `block ${height} · round ${fields.round} · ${fields.txs} txs · ${fields.gas} gas · ${pace} · seals ${fields.seals}`,
    );
  }

  #elapsedMs(height: number, nowMs: number): number | null {
    const seenAt = this.#seenAtMs.get(height);
    for (const seen of this.#seenAtMs.keys()) if (seen <= height) this.#seenAtMs.delete(seen);
    return seenAt === undefined ? null : Math.round(nowMs - seenAt);
  }
}
