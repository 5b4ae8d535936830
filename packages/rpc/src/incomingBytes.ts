import { SharedBound } from "./sharedBound.js";

/** What clients have sent that is not answered yet, all together: requests that are not complete, and those in work. */
export class IncomingBytes extends SharedBound {
  /** For people, and for whoever sets it. */
  get message(): string {
    return `too much is being sent at one time, the limit is ${this.max} bytes in all (rpc.limits.incomingBytesTotalMax)`;
  }
}
