import type { Hash } from "@causeway/protocol/hex";
import type { RpcContext } from "../../context.js";
import { formatReceipt } from "../../format/receipt.js";
import { defineMethod } from "../../method.js";
import { count } from "../../params/count.js";
import { bytes } from "../../params/hex.js";
import { submitRaw } from "../../pool/submitRaw.js";
import { RpcError } from "../../rpcError.js";

/** EIP-7966: the transaction is in the pool, but in no block in time; `data` is its hash. */
const TIMEOUT = 4;
/** Milliseconds waited where the caller names no time, and at most (EIP-7966). */
const WAIT_MS = 20_000;
const WAIT_MS_MAX = 25_000;

const milliseconds = count.refine((ms) => ms > 0, "want a time above 0 ms");

/** EIP-7966: answers with the receipt once the transaction is in a block, which is final. */
export const ethSendRawTransactionSync = defineMethod(
  "eth_sendRawTransactionSync",
  [bytes, milliseconds.optional()],
  async (context, raw, ms) => {
    const wait = Math.min(ms ?? WAIT_MS, WAIT_MS_MAX, context.limits.requestMsMax);
    const heads = new HeadWait(context);
    try {
      const hash = await submitRaw(context, raw);
      return await heads.receipt(hash, wait);
    } finally {
      heads.close();
    }
  },
);

/** Looks at each new head; it listens before the transaction is sent, so that no head is missed. */
class HeadWait {
  readonly #context: RpcContext;
  readonly #stop: () => void;
  #wake: () => void = () => undefined;

  constructor(context: RpcContext) {
    this.#context = context;
    this.#stop = context.reader.onHead(() => this.#wake());
    context.scope.signal.addEventListener("abort", this.#onAbort);
  }

  readonly #onAbort = () => this.#wake();

  async receipt(hash: Hash, ms: number) {
    const { reader, scope } = this.#context;
    const endsAt = performance.now() + ms;
    for (;;) {
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      const receipt = await reader.receipt(hash);
      if (receipt !== null) return formatReceipt(receipt);
      const left = endsAt - performance.now();
      if (left <= 0 || scope.signal.aborted) {
        throw new RpcError(
          TIMEOUT,
          `The transaction was added to the transaction pool but wasn't processed in ${ms / 1000}s`,
          hash,
        );
      }
      const timer = setTimeout(this.#wake, left);
      await woken;
      clearTimeout(timer);
    }
  }

  close(): void {
    this.#stop();
    this.#context.scope.signal.removeEventListener("abort", this.#onAbort);
  }
}
