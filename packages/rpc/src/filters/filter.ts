import type { RpcContext } from "../context.js";
import type { Json } from "../json.js";

/** Of the time a request has, what a poll reads for: five seconds by default, since clients give up after ten. */
const POLL_SHARE = 1 / 6;

/** Something installed to be polled. It moves on by what an answer tells: what one cannot hold or find in time waits for the next. */
export abstract class Filter {
  private last: Promise<void> = Promise.resolve();

  /** @param watched addresses and topics that it keeps. */
  constructor(readonly watched = 0) {}

  /** What happened since it was last asked. One poll after the other, so that no two tell the same. */
  changes(context: RpcContext): Promise<Json> {
    const answer = this.last.then(() => this.poll(context, context.scope.share(POLL_SHARE)));
    this.last = answer.then(
      () => undefined,
      () => undefined,
    );
    return answer;
  }

  /**
   * @param isOver whether to end with what was found.
   * @throws RpcError -32003 when something happened and there is no room for any of it.
   */
  protected abstract poll(context: RpcContext, isOver: () => boolean): Promise<Json>;
}
