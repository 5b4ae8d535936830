import { SharedBound } from "./sharedBound.js";

/** What clients have sent that is not answered yet, all together: requests that are not complete, and those in work. */
export class IncomingBytes extends SharedBound {
  /** For people, and for whoever sets it. */
  get message(): string {
    return `too many request bytes in flight, the limit is ${this.max} bytes over all connections (rpc.limits.incomingBytesTotalMax)`;
  }
}
