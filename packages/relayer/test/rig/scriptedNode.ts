import { BridgeError } from "@causeway/bridge/bridgeError";
import type { RpcReader } from "@causeway/bridge/rpc/rpcReader";
import type { Hash, Hex } from "@causeway/protocol/hex";
import { Transaction } from "ethers";

interface Mined {
  readonly block: number;
  readonly success: boolean;
}

/** A node for one account, whose mempool and blocks the test moves by hand. */
export class ScriptedNode implements RpcReader {
  /** Raw transactions it was given, in order. */
  readonly given: Hex[] = [];
  readonly mined = new Map<Hash, Mined>();
  nonce = 0;
  balance = 0n;
  /** Forget pending transactions instead of keeping them, as a node under load does. */
  forgetful = false;
  /** Make no new block at each look, as otherwise. */
  stalled = false;
  /** Refuse transactions with these words. */
  refusal: string | null = null;
  private head = 0;
  private readonly pool = new Map<Hash, Transaction>();

  /** Put a pending transaction into a block. */
  mine(hash: Hash, block: number, success = true): void {
    this.mined.set(hash, { block, success });
    this.nonce = (this.pool.get(hash)?.nonce ?? this.nonce) + 1;
  }

  /** Take a block away; its transactions do not return to the pool. */
  unmine(hash: Hash): void {
    this.mined.delete(hash);
    this.nonce = this.transaction(hash).nonce;
    this.pool.delete(hash);
  }

  transaction(hash: Hash): Transaction {
    const raw = this.given.find((given) => Transaction.from(given).hash === hash);
    if (raw === undefined) throw new Error(`${hash} was never given`);
    return Transaction.from(raw);
  }

  hash(raw: Hex): Hash {
    return Transaction.from(raw).hash as Hash;
  }

  get last(): Transaction {
    return Transaction.from(this.given.at(-1) ?? "0x");
  }

  async send(method: string, params: readonly unknown[]): Promise<unknown> {
    switch (method) {
      case "eth_getTransactionCount":
        return `0x${this.nonce.toString(16)}`;
      case "eth_getBalance":
        return `0x${this.balance.toString(16)}`;
      case "eth_getBlockByNumber":
        if (!this.stalled) this.head += 1;
        return { baseFeePerGas: "0x64", number: `0x${this.head.toString(16)}` };
      case "eth_call":
        return "0x";
      case "eth_maxPriorityFeePerGas":
        return "0xa";
      case "eth_getTransactionByHash":
        return this.pool.has(params[0] as Hash) ? {} : null;
      case "eth_getTransactionReceipt":
        return this.receipt(params[0] as Hash);
      case "eth_sendRawTransaction":
        return this.take(params[0] as Hex);
      default:
        throw new BridgeError({ code: "RpcRefused", method, rpcCode: -32601, data: null }, `no ${method}`);
    }
  }

  private receipt(hash: Hash): unknown {
    const mined = this.mined.get(hash);
    if (mined === undefined) return null;
    return { status: mined.success ? "0x1" : "0x0", blockNumber: `0x${mined.block.toString(16)}` };
  }

  private take(raw: Hex): Hash {
    const transaction = Transaction.from(raw);
    this.given.push(raw);
    if (this.refusal !== null) {
      const method = "eth_sendRawTransaction";
      throw new BridgeError({ code: "RpcRefused", method, rpcCode: -32_000, data: null }, this.refusal);
    }
    const hash = transaction.hash as Hash;
    if (!this.forgetful) this.pool.set(hash, transaction);
    return hash;
  }
}
