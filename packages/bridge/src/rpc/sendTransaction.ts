import type { Address, Hash, Hex } from "@causeway/protocol/hex";
import type { Signer, TransactionReceipt } from "ethers";
import { BridgeError } from "../bridgeError.js";

/** How often a receipt is asked for, milliseconds. */
const RECEIPT_POLL_MS = 200;
/** How long a transaction may take to be mined, milliseconds. */
const RECEIPT_TIMEOUT_MS = 120_000;

/** A call to send. `value` in wei. */
export interface BridgeTransaction {
  readonly to?: Address;
  readonly data: Hex;
  readonly value?: bigint;
  readonly nonce?: number;
  readonly gasLimit?: number;
  /** Wei per gas, base fee included; without it the signer chooses. */
  readonly gasPrice?: bigint;
}

/**
 * Send a transaction and wait until it is mined.
 * @throws {BridgeError} TransactionFailed when it was mined and reverted, or not mined in time.
 */
export async function sendTransaction(signer: Signer, tx: BridgeTransaction): Promise<TransactionReceipt> {
  const { hash } = await signer.sendTransaction(tx);
  const transactionHash = hash as Hash;
  const deadline = Date.now() + RECEIPT_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const receipt = await signer.provider?.getTransactionReceipt(hash);
    if (receipt?.status === 1) return receipt;
    if (receipt?.status === 0) {
      throw new BridgeError({ code: "TransactionFailed", transactionHash }, `transaction ${hash} reverted`);
    }
    await new Promise((resolve) => setTimeout(resolve, RECEIPT_POLL_MS));
  }
  throw new BridgeError(
    { code: "TransactionFailed", transactionHash },
    `transaction ${hash} was not mined within ${RECEIPT_TIMEOUT_MS / 1000} s: it may be yet, so look before it is sent again`,
  );
}
