import type { Hash } from "@causeway/protocol/hex";
import type { RpcContext } from "../context.js";
import type { Json } from "../json.js";
import { responseTooLarge } from "../server/responseTooLarge.js";
import { Filter } from "./filter.js";
import { hashesFitting } from "./hashesFitting.js";

/** Tells the hashes of new blocks. */
export class BlockFilter extends Filter {
  constructor(private nextBlock: number) {
    super();
  }

  protected async poll({ reader, limits, scope }: RpcContext, isOver: () => boolean): Promise<Json> {
    const head = reader.headNumber();
    const most = Math.min(limits.filterHashesMax, hashesFitting(scope.answerBytes.forResult));
    const last = Math.min(head, this.nextBlock + most - 1);
    if (this.nextBlock <= head && last < this.nextBlock) throw responseTooLarge(limits);
    const hashes: Hash[] = [];
    let height = this.nextBlock;
    for (; height <= last && (hashes.length === 0 || !isOver()); height++) {
      await scope.step();
      const header = await reader.header(height);
      if (header !== null) hashes.push(header.hash);
    }
    scope.assertAwaited();
    this.nextBlock = height;
    return hashes;
  }
}
