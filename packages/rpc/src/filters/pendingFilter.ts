import type { Hash } from "@causeway/protocol/hex";
import type { RpcContext } from "../context.js";
import { formatTransaction } from "../format/transaction.js";
import type { Json } from "../json.js";
import { findTransaction } from "../lookup/findTransaction.js";
import { responseTooLarge } from "../server/responseTooLarge.js";
import { Filter } from "./filter.js";
import { hashesFitting } from "./hashesFitting.js";

/** Part of what waits, in the order it came. */
interface Told {
  readonly answer: Json[];
  /** Hashes that need not be told any more. */
  readonly settled: number;
  /** Whether there is no room for the first one to tell. */
  readonly noRoom: boolean;
}

/** Tells what came into the pool, which has no heights: it remembers hashes. */
export class PendingFilter extends Filter {
  private hashes: Hash[] = [];

  /**
   * @param full whether it tells whole transactions.
   * @param hashesMax what it holds between two polls.
   */
  constructor(
    private readonly full: boolean,
    private readonly hashesMax: number,
  ) {
    super();
  }

  collect(hash: Hash): void {
    this.hashes.push(hash);
    if (this.hashes.length > this.hashesMax) this.hashes.shift();
  }

  protected async poll(context: RpcContext, isOver: () => boolean): Promise<Json> {
    const waiting = this.hashes.splice(0);
    let settled = 0;
    try {
      const told = this.full
        ? await firstTransactions(context, waiting, isOver)
        : firstHashes(context, waiting);
      context.scope.assertAwaited();
      settled = told.settled;
      if (told.noRoom) throw responseTooLarge(context.limits);
      return told.answer;
    } finally {
      this.hashes = [...waiting.slice(settled), ...this.hashes].slice(-this.hashesMax);
    }
  }
}

function firstHashes({ scope }: RpcContext, hashes: readonly Hash[]): Told {
  const answer = hashes.slice(0, hashesFitting(scope.answerBytes.forResult));
  return { answer, settled: answer.length, noRoom: answer.length === 0 && hashes.length > 0 };
}

/** They are looked up wherever they are by now, in the pool or in the chain; what is in neither is left out. */
async function firstTransactions(
  context: RpcContext,
  hashes: readonly Hash[],
  isOver: () => boolean,
): Promise<Told> {
  const { answerBytes } = context.scope;
  const answer: Json[] = [];
  let left = answerBytes.forResult - "[]".length;
  for (const [settled, hash] of hashes.entries()) {
    if (settled > 0 && isOver()) return { answer, settled, noRoom: false };
    await context.scope.step();
    const found = await findTransaction(context, hash);
    if (found === null) continue;
    // As it was in the pool, as in geth: what pends has no block.
    const transaction = formatTransaction(found.transaction, null);
    left -= JSON.stringify(transaction).length + ",".length;
    if (left < 0) {
      const noRoom = answer.length === 0;
      // What fits into no answer is refused once, and the filter goes on after it.
      return { answer, settled: noRoom && answerBytes.untouched ? settled + 1 : settled, noRoom };
    }
    answer.push(transaction);
  }
  return { answer, settled: hashes.length, noRoom: false };
}
