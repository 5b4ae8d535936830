import type { Checkpoint } from "@causeway/protocol/checkpoint";
import type { Address, Hash, Signature } from "@causeway/protocol/hex";
import { dataSlice, type Result } from "ethers";
import type { BridgeSides } from "../bridgeSides.js";
import { SIDECHAIN_VIEW } from "../contractInterfaces.js";
import type { RpcLog } from "../messages/decodeMessageSent.js";
import { findLog } from "../rpc/findLog.js";
import type { SealedCheckpoint } from "../sidechain/readCertificate.js";

const SEAL_BYTES = 65;

/**
 * The certificate with which an accepted checkpoint was submitted to L1: the contract keeps its hash only, the seals are
 * in the call.
 * @param index of the checkpoint.
 * @param toBlock L1 block to look from, downwards to `fromBlock`.
 * @returns null when the logs do not hold it, or another contract made the call.
 */
export function readSubmission(
  { l1, bridge }: Pick<BridgeSides, "l1" | "bridge">,
  index: number,
  toBlock: number,
  fromBlock: number,
): Promise<SealedCheckpoint | null> {
  const topics = SIDECHAIN_VIEW.encodeFilterTopics("CheckpointAccepted", [index]);
  const pick = async ({ transactionHash }: RpcLog) => {
    const transaction = (await l1.send("eth_getTransactionByHash", [transactionHash])) as {
      readonly to?: string | null;
      readonly input?: string;
    } | null;
    if (transaction?.to?.toLowerCase() !== bridge.view) return null;
    const call = SIDECHAIN_VIEW.parseTransaction({ data: transaction.input ?? "0x" });
    return call?.name === "submitCheckpoint" ? decodeCall(call.args) : null;
  };
  return findLog(l1, { address: bridge.view, topics }, toBlock, pick, fromBlock);
}

function decodeCall({ c, set, signers, seals }: Result): SealedCheckpoint {
  const count = (seals.length - 2) / 2 / SEAL_BYTES;
  return {
    certificate: {
      checkpoint: {
        height: Number(c.height),
        round: Number(c.round),
        timestamp: Number(c.timestamp),
        blockHash: c.blockHash as Hash,
        stateRoot: c.stateRoot as Hash,
        outboxRoot: c.outboxRoot as Hash,
        outboxCount: Number(c.outboxCount),
        inboxAcc: c.inboxAcc as Hash,
        inboxCount: Number(c.inboxCount),
        validatorSetHash: c.validatorSetHash as Hash,
        nextValidatorSetHash: c.nextValidatorSetHash as Hash,
      } satisfies Checkpoint,
      signers: signers as bigint,
      seals: Array.from(
        { length: count },
        (_, i) => dataSlice(seals, i * SEAL_BYTES, (i + 1) * SEAL_BYTES) as Signature,
      ),
    },
    validators: [...set].map((address: string) => address.toLowerCase() as Address),
  };
}
