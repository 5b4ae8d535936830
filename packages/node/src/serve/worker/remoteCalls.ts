import { CausewayError } from "@causeway/protocol/errors";
import type { ThreadAnswer, ThreadCall } from "../serveMessages.js";
import { fromThreadError } from "../threadError.js";
import type { VotingThread } from "../votingThread.js";

/** Calls at the voting thread at one time: what it finds waiting at any moment takes it a few milliseconds. */
const UNDER_WAY_MAX = 64;
/** Calls waiting for their turn; more are refused. */
const WAITING_MAX = 8_192;

interface Pending {
  readonly call: ThreadCall;
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

/** The voting thread as the serve thread reaches it: first come first served, a bounded number at a time. */
export class RemoteCalls {
  readonly #send: (call: ThreadCall) => void;
  readonly #underWay = new Map<number, Pending>();
  readonly #waiting: Pending[] = [];
  #lastId = 0;

  constructor(send: (call: ThreadCall) => void) {
    this.#send = send;
  }

  /** @throws what the method throws there; CausewayError "Busy" when too many calls wait. */
  ask<K extends keyof VotingThread>(
    name: K,
    ...args: Parameters<VotingThread[K]>
  ): Promise<Awaited<ReturnType<VotingThread[K]>>> {
    if (this.#waiting.length >= WAITING_MAX) {
      const message = `the node is busy: ${WAITING_MAX} requests wait for the transaction pool or the node's status`;
      return Promise.reject(new CausewayError({ code: "Busy" }, message));
    }
    return new Promise((resolve, reject) => {
      this.#lastId++;
      this.#waiting.push({ call: { kind: "call", id: this.#lastId, name, args }, resolve, reject });
      this.#next();
    });
  }

  answered({ id, value, error }: ThreadAnswer): void {
    const pending = this.#underWay.get(id);
    this.#underWay.delete(id);
    if (error !== undefined) pending?.reject(fromThreadError(error));
    else pending?.resolve(value as never);
    this.#next();
  }

  #next(): void {
    if (this.#underWay.size >= UNDER_WAY_MAX) return;
    const pending = this.#waiting.shift();
    if (pending === undefined) return;
    this.#underWay.set(pending.call.id, pending);
    this.#send(pending.call);
  }
}
