import { BridgeError } from "@causeway/bridge/bridgeError";
import { readQuantity } from "@causeway/bridge/rpc/readQuantity";
import { blockParameter, quantity, type RpcReader } from "@causeway/bridge/rpc/rpcReader";
import type { Address, Hash, Hex } from "@causeway/protocol/hex";
import { keccak256, type Signer } from "ethers";
import type { Logger } from "pino";
import type { StepObserver } from "./crashPoints.js";
import { bumpFees, type SuggestedFees, suggestFees } from "./fees.js";
import type { RelayerStore } from "./relayerStore.js";
import { SaidOnce } from "./saidOnce.js";

/** A call somebody wants made. `key` names the purpose: while one with it is under way, another is not sent. */
export interface TransactionRequest {
  /** `kind:what`, e.g. `claim:17`. */
  readonly key: string;
  readonly to: Address;
  readonly data: Hex;
  readonly gasLimit: number;
}

/** One signed version of a transaction. */
interface Attempt {
  readonly raw: Hex;
  readonly hash: Hash;
  readonly maxFeePerGas: string;
  readonly maxPriorityFeePerGas: string;
  /** Unix time, milliseconds. */
  readonly signedAt: number;
  /** Newest block when it was signed. */
  readonly head: number;
}

/** A request with its nonce, on disk before any node sees it. */
export interface Intent extends TransactionRequest {
  readonly nonce: number;
  readonly attempts: readonly Attempt[];
  /** Block it was seen in; null while pending. */
  readonly minedAt: number | null;
}

/** What a lane works on. */
export interface LaneOptions {
  /** Short name of the chain, in logs and store keys. */
  readonly chain: "l1" | "sidechain";
  readonly chainId: number;
  readonly reader: RpcReader;
  readonly signer: Signer;
  readonly store: RelayerStore;
  readonly logger: Logger;
  readonly observe: StepObserver;
  readonly bumpAfterMs: number;
  readonly maxFeeWei: bigint;
}

const SELF_TRANSFER_GAS = 21_000;

/** How geth, anvil, Besu and this project's node refuse a transaction whose sender cannot pay for it. */
const UNPAYABLE = /insufficient (funds|balance)|upfront cost exceeds/i;

/**
 * The only sender of one account on one chain. Owns its nonces: the next one is the lowest that neither the chain nor a
 * live intent has used, so a lost transaction or a reorg rewinds it by itself. What is true is always asked from the
 * chain; the intents on disk keep a restart from sending the same thing under a second nonce.
 */
export class TransactionLane {
  private readonly intents = new Map<string, Intent>();
  private readonly saidOnce = new SaidOnce();
  private unpayable: string | null = null;

  private constructor(
    private readonly options: LaneOptions,
    readonly address: Address,
    private readonly prefix: string,
  ) {}

  static async open(options: LaneOptions): Promise<TransactionLane> {
    const address = (await options.signer.getAddress()).toLowerCase() as Address;
    const lane = new TransactionLane(options, address, `intent!${options.chain}!${address}!`);
    for (const intent of await options.store.list<Intent>(lane.prefix)) lane.intents.set(intent.key, intent);
    return lane;
  }

  get chainId(): number {
    return this.options.chainId;
  }

  /** In the node's words: the account cannot pay for a transaction. Null while it can. */
  get lackOfFunds(): string | null {
    return this.unpayable;
  }

  /** Live intents: pending, or mined and not final. */
  get live(): readonly Intent[] {
    return [...this.intents.values()];
  }

  has(key: string): boolean {
    return this.intents.has(key);
  }

  /** How many intents of a kind are in no block yet. */
  pending(kind: string): number {
    return this.live.filter((intent) => kindOf(intent) === kind && intent.minedAt === null).length;
  }

  /** Account balance, wei. */
  async balance(): Promise<bigint> {
    const { reader } = this.options;
    const balance = await reader.send("eth_getBalance", [this.address, blockParameter("latest")]);
    return readQuantity("eth_getBalance", "result", balance);
  }

  /**
   * What a call would do now.
   * @throws {BridgeError} RpcRefused with revert data.
   */
  async simulate({ to, data, gasLimit }: TransactionRequest): Promise<void> {
    const call = { from: this.address, to, data, gas: quantity(gasLimit) };
    await this.options.reader.send("eth_call", [call, blockParameter("latest")]);
  }

  /** Sign, put on disk, broadcast. A node that refuses it is asked again by {@link reconcile}. */
  async submit(request: TransactionRequest): Promise<void> {
    if (this.intents.has(request.key)) return;
    this.options.observe(kindOf(request), "planned");
    const suggested = await suggestFees(this.options.reader, this.options.maxFeeWei);
    const nonce = await this.nextNonce();
    const attempt = await this.sign(request, nonce, suggested);
    await this.save({ ...request, nonce, attempts: [attempt], minedAt: null });
    this.options.observe(kindOf(request), "stored");
    await this.broadcast(request.key, attempt);
  }

  /**
   * Compare every live intent with the chain: settle those in final blocks, send lost ones again, raise the fee of stuck
   * ones, drop those whose nonce another transaction took, fill gaps.
   * @param finalized newest final block of the chain.
   */
  async reconcile(finalized: number): Promise<void> {
    const chainNonce = await this.chainNonce();
    for (const intent of this.live.toSorted((a, b) => a.nonce - b.nonce)) {
      await this.reconcileIntent(intent, chainNonce, finalized);
    }
    await this.fillGap(chainNonce);
  }

  private async reconcileIntent(intent: Intent, chainNonce: number, finalized: number): Promise<void> {
    // While its nonce counts as used, a mined transaction is looked at again only when its block should be final.
    if (intent.minedAt !== null && intent.minedAt > finalized && intent.nonce < chainNonce) return;
    const receipt = await this.receipt(intent);
    if (receipt !== null) return this.onMined(intent, receipt, finalized);
    if (intent.nonce < chainNonce) {
      // Another transaction of ours or of the operator took the nonce; if the purpose still stands it is sent anew.
      this.options.logger.warn(
        { intent: intent.key, nonce: intent.nonce },
        "nonce was used by another transaction",
      );
      return this.drop(intent);
    }
    const pending = intent.minedAt === null ? intent : { ...intent, minedAt: null };
    if (intent.minedAt !== null) {
      this.options.logger.warn(
        { intent: intent.key, block: intent.minedAt },
        "block was replaced, sending again",
      );
      await this.save(pending);
    }
    await this.keepAlive(pending);
  }

  private async onMined(intent: Intent, receipt: Receipt, finalized: number): Promise<void> {
    const { logger, observe, chain } = this.options;
    if (!receipt.success) {
      logger.warn(
        { chain, intent: intent.key, block: receipt.block },
        "transaction reverted; if its purpose still stands it is sent anew",
      );
      return this.drop(intent);
    }
    if (intent.minedAt !== receipt.block) {
      observe(kindOf(intent), "mined");
      logger.info({ chain, intent: intent.key, block: receipt.block, hash: receipt.hash }, "mined");
      await this.save({ ...intent, minedAt: receipt.block });
    }
    if (receipt.block <= finalized) {
      await this.drop(intent);
      observe(kindOf(intent), "settled");
    }
  }

  private async keepAlive(intent: Intent): Promise<void> {
    const last = intent.attempts.at(-1);
    if (last === undefined) return;
    // What waits for money waits longer at a higher fee.
    const stuck = this.unpayable === null && Date.now() - last.signedAt >= this.options.bumpAfterMs;
    if (stuck && (await this.bump(intent, last))) return;
    const known = await this.options.reader.send("eth_getTransactionByHash", [last.hash]);
    if (known === null) await this.broadcast(intent.key, last);
  }

  private async bump(intent: Intent, last: Attempt): Promise<boolean> {
    const { reader, maxFeeWei, logger } = this.options;
    const lastFees = {
      maxFeePerGas: BigInt(last.maxFeePerGas),
      maxPriorityFeePerGas: BigInt(last.maxPriorityFeePerGas),
    };
    const suggested = await suggestFees(reader, maxFeeWei);
    // A chain that makes no blocks takes nothing at any price, and would be paid that price when it goes on.
    if (suggested.head <= last.head) return false;
    const fees = bumpFees(lastFees, suggested.fees, maxFeeWei);
    if (fees === null) {
      const reason = "fee bound reached, waiting (maxFeeGwei)";
      if (this.saidOnce.isNews(intent.key, reason)) {
        logger.warn({ intent: intent.key, maxFeeWei: `${maxFeeWei}` }, reason);
      }
      return false;
    }
    const attempt = await this.sign(intent, intent.nonce, { fees, head: suggested.head });
    await this.save({ ...intent, attempts: [...intent.attempts, attempt] });
    logger.info({ intent: intent.key, maxFeePerGas: attempt.maxFeePerGas }, "fee raised");
    await this.broadcast(intent.key, attempt);
    return true;
  }

  /** A nonce that nothing will use would hold back all later ones: use it up with a transfer to ourselves. */
  private async fillGap(chainNonce: number): Promise<void> {
    const pending = this.live.filter(({ minedAt }) => minedAt === null).map(({ nonce }) => nonce);
    const next = await this.nextNonce(chainNonce);
    if (pending.length === 0 || next > Math.max(...pending)) return;
    const request = { key: `gap:${next}`, to: this.address, data: "0x" as Hex, gasLimit: SELF_TRANSFER_GAS };
    await this.submit(request);
  }

  private async nextNonce(chainNonce?: number): Promise<number> {
    const used = new Set(this.live.map(({ nonce }) => nonce));
    let nonce = chainNonce ?? (await this.chainNonce());
    while (used.has(nonce)) nonce += 1;
    return nonce;
  }

  private async chainNonce(): Promise<number> {
    const { reader } = this.options;
    const count = await reader.send("eth_getTransactionCount", [this.address, blockParameter("latest")]);
    return Number(readQuantity("eth_getTransactionCount", "result", count));
  }

  private async sign(request: TransactionRequest, nonce: number, suggested: SuggestedFees): Promise<Attempt> {
    const { signer, chainId } = this.options;
    const { fees, head } = suggested;
    const { to, data, gasLimit } = request;
    const raw = await signer.signTransaction({
      type: 2,
      chainId,
      nonce,
      to,
      data,
      gasLimit,
      value: 0n,
      ...fees,
    });
    return {
      raw: raw as Hex,
      hash: keccak256(raw) as Hash,
      maxFeePerGas: `${fees.maxFeePerGas}`,
      maxPriorityFeePerGas: `${fees.maxPriorityFeePerGas}`,
      signedAt: Date.now(),
      head,
    };
  }

  private async broadcast(key: string, attempt: Attempt): Promise<void> {
    const { reader, logger, chain } = this.options;
    try {
      await reader.send("eth_sendRawTransaction", [attempt.raw]);
      this.unpayable = null;
      if (this.saidOnce.isNews(key, attempt.hash)) {
        logger.info({ chain, intent: key, hash: attempt.hash }, "sent");
      }
    } catch (error) {
      // "already known" and the like: what became of it is for reconcile to see.
      if (!(error instanceof BridgeError)) throw error;
      const reason = error.message;
      if (UNPAYABLE.test(reason)) this.unpayable = reason;
      if (this.saidOnce.isNews(key, reason)) {
        logger.warn({ chain, intent: key, reason }, "node did not take the transaction");
      }
    }
    this.options.observe(kindOf({ key }), "broadcast");
  }

  private async receipt(intent: Intent): Promise<Receipt | null> {
    for (const { hash } of intent.attempts.toReversed()) {
      const method = "eth_getTransactionReceipt";
      const answer = await this.options.reader.send(method, [hash]);
      if (typeof answer !== "object" || answer === null) continue;
      const { status, blockNumber } = answer as { status?: unknown; blockNumber?: unknown };
      if (blockNumber === null) continue;
      return {
        hash,
        success: readQuantity(method, "status", status) === 1n,
        block: Number(readQuantity(method, "blockNumber", blockNumber)),
      };
    }
    return null;
  }

  private async save(intent: Intent): Promise<void> {
    await this.options.store.put(this.prefix + intent.key, intent);
    this.intents.set(intent.key, intent);
  }

  private async drop(intent: Intent): Promise<void> {
    await this.options.store.delete(this.prefix + intent.key);
    this.intents.delete(intent.key);
    this.saidOnce.forget(intent.key);
    // With nothing left to send there is nothing to pay for.
    if (!this.live.some(({ minedAt }) => minedAt === null)) this.unpayable = null;
  }
}

interface Receipt {
  readonly hash: Hash;
  readonly success: boolean;
  readonly block: number;
}

function kindOf({ key }: { readonly key: string }): string {
  return key.split(":")[0] ?? key;
}
