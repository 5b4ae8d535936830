import type { BridgeConfig } from "@causeway/protocol/genesis";
import type { Signer } from "ethers";
import { encodeReportConflict } from "../encodeCalls.js";
import { sendTransaction } from "../rpc/sendTransaction.js";
import type { SealedCheckpoint } from "../sidechain/readCertificate.js";

/**
 * Freeze SidechainView for good with two certificates of one set that exclude each other (F2, B6). Anyone may.
 * @throws {BridgeError} TransactionFailed; ethers' errors when L1 refuses, as for two certificates without conflict.
 */
export async function reportConflict(
  bridge: BridgeConfig,
  signer: Signer,
  a: SealedCheckpoint,
  b: SealedCheckpoint,
): Promise<void> {
  await sendTransaction(signer, { to: bridge.view, data: encodeReportConflict(a, b) });
}
