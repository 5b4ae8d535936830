import { CallSlots } from "../../src/callSlots.js";
import type { RpcContext } from "../../src/context.js";
import { FilterStore } from "../../src/filterStore.js";
import { DEFAULT_LIMITS } from "../../src/limits.js";
import type { RpcLog } from "../../src/log.js";
import { FakeChain } from "./fakeChain.js";
import { FakeStatus } from "./fakeStatus.js";

/** A context without a network, with a few blocks and a subscriber that takes everything. */
export class FuzzTarget {
  readonly warnings: string[] = [];
  readonly log: RpcLog = {
    debug: () => {},
    info: () => {},
    warn: (fields) => this.warnings.push(JSON.stringify(fields)),
  };
  readonly context: RpcContext;

  constructor() {
    const chain = new FakeChain();
    for (let i = 0; i < 3; i++) chain.mine();
    this.context = {
      reader: chain.reader,
      pool: chain.pool,
      status: new FakeStatus(),
      limits: DEFAULT_LIMITS,
      filters: new FilterStore(chain.pool, DEFAULT_LIMITS),
      callSlots: new CallSlots(DEFAULT_LIMITS.concurrentCallsMax),
      subscriber: { subscribe: () => "0x01", unsubscribe: () => true },
    };
  }

  close(): void {
    this.context.filters.close();
  }
}
