import type { RpcContext } from "../context.js";
import { formatLog } from "../format/log.js";
import type { Json } from "../json.js";
import { heightOf } from "../lookup/blockResolver.js";
import type { LogCriteria } from "../params/logCriteria.js";
import { responseTooLarge } from "../server/responseTooLarge.js";
import { Filter } from "./filter.js";
import { firstLogs } from "./firstLogs.js";

/** Tells new logs. */
export class LogFilter extends Filter {
  /** Logs of `nextBlock` that were in answers already. */
  private told = 0;

  constructor(
    readonly criteria: LogCriteria,
    private nextBlock: number,
  ) {
    super(watchedBy(criteria));
  }

  protected async poll(context: RpcContext, isOver: () => boolean): Promise<Json> {
    const { reader, limits, scope } = context;
    const { blockHash, fromBlock, toBlock } = this.criteria;
    const first = Math.max(this.nextBlock, typeof fromBlock === "number" ? fromBlock : 0);
    const last = Math.min(reader.headNumber(), heightOf(context, toBlock ?? "latest"));
    if (first > last || blockHash !== null) return [];
    const { logs, rest } = await firstLogs(
      context,
      this.criteria,
      { fromBlock: first, toBlock: last },
      {
        skipped: this.told,
        entriesMax: limits.logEntriesMax,
        bytesMax: scope.answerBytes.forResult,
        isOver,
      },
    );
    scope.assertAwaited();
    this.nextBlock = rest?.height ?? last + 1;
    const toldBefore = this.nextBlock === first ? this.told : 0;
    this.told = toldBefore + logs.filter(({ blockNumber }) => blockNumber === this.nextBlock).length;
    if (rest?.limit === "responseBytesMax" && logs.length === 0) {
      // A log that fits into no answer is refused once, and the filter goes on after it.
      if (scope.answerBytes.untouched) this.told++;
      throw responseTooLarge(limits);
    }
    return logs.map(formatLog);
  }
}

function watchedBy({ addresses, topics }: LogCriteria): number {
  return topics.reduce((sum, alternatives) => sum + (alternatives?.length ?? 0), addresses.length);
}
