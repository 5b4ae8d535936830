import { CallSlots } from "../../src/calls/callSlots.js";
import type { RpcServices } from "../../src/context.js";
import { TipOracle } from "../../src/fees/tipOracle.js";
import { FilterStore } from "../../src/filters/filterStore.js";
import { DEFAULT_LIMITS } from "../../src/limits.js";
import type { RpcLog } from "../../src/log.js";
import type { Subscriber } from "../../src/ws/subscriber.js";
import { FakeChain } from "./fakeChain.js";
import { FakeStatus } from "./fakeStatus.js";

/** What methods need without a network: a few blocks, and a subscriber that takes everything. */
export class FuzzTarget {
  readonly warnings: string[] = [];
  readonly log: RpcLog = {
    debug: () => {},
    info: () => {},
    warn: (fields) => this.warnings.push(JSON.stringify(fields)),
  };
  readonly subscriber: Subscriber = { subscribe: () => "0x01", unsubscribe: () => true };
  readonly chain = new FakeChain();
  readonly services: RpcServices;

  constructor() {
    const { chain } = this;
    for (let i = 0; i < 3; i++) chain.mine();
    const status = new FakeStatus();
    this.services = {
      reader: chain.reader,
      pool: chain.pool,
      status,
      limits: DEFAULT_LIMITS,
      filters: new FilterStore(chain.pool, DEFAULT_LIMITS),
      callSlots: new CallSlots(DEFAULT_LIMITS.concurrentCallsMax),
      traceSlots: new CallSlots(DEFAULT_LIMITS.concurrentTracesMax),
      tips: new TipOracle(chain.reader, status),
    };
  }

  close(): void {
    this.services.filters.close();
  }
}
