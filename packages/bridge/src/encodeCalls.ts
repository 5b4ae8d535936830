import type { BridgeMessage } from "@causeway/protocol/bridgeMessage";
import type { Hex } from "@causeway/protocol/hex";
import type { ValidatorSet } from "@causeway/protocol/validatorSet";
import { concat } from "ethers";
import { CLAIM_INBOX, ETHEREUM_VIEW, ORDERED_INBOX, SIDECHAIN_VIEW } from "./contractInterfaces.js";
import type { AcceptedCheckpoint } from "./l1/findAcceptedCheckpoint.js";
import type { ProvenMessage } from "./messages/outboxMirror.js";
import type { SealedCheckpoint } from "./sidechain/readCertificate.js";
import type { L1Observation } from "./sidechain/readEthereumView.js";

/** Calldata of what attesters and carriers call (X2, X5). */
export function encodeVote(o: L1Observation): Hex {
  return ETHEREUM_VIEW.encodeFunctionData("vote", [
    o.blockNumber,
    o.blockHash,
    o.outboxRoot,
    o.outboxCount,
  ]) as Hex;
}

export function encodeDeliver({ message, proof }: ProvenMessage): Hex {
  return ORDERED_INBOX.encodeFunctionData("deliver", [message, proof]) as Hex;
}

export function encodeClaim({ message, proof }: ProvenMessage, accepted: AcceptedCheckpoint): Hex {
  const { checkpoint, acceptedAt, index } = accepted;
  return CLAIM_INBOX.encodeFunctionData("claim", [message, proof, checkpoint, acceptedAt, index]) as Hex;
}

export function encodeRetryDelivery(message: BridgeMessage): Hex {
  return ORDERED_INBOX.encodeFunctionData("retry", [message]) as Hex;
}

/** @param acceptedAt of the checkpoint the message was claimed against (event ClaimFailed). */
export function encodeRetryClaim(message: BridgeMessage, acceptedAt: number): Hex {
  return CLAIM_INBOX.encodeFunctionData("retry", [message, acceptedAt]) as Hex;
}

/** @param nextSet the set that seals the next block when the checkpoint changes it, else empty. */
export function encodeSubmitCheckpoint(sealed: SealedCheckpoint, nextSet: ValidatorSet): Hex {
  const { checkpoint, signers, seals } = sealed.certificate;
  return SIDECHAIN_VIEW.encodeFunctionData("submitCheckpoint", [
    checkpoint,
    sealed.validators,
    nextSet,
    signers,
    concat([...seals]),
  ]) as Hex;
}

/** Two certificates of one set that exclude each other (F2, B6). */
export function encodeReportConflict(a: SealedCheckpoint, b: SealedCheckpoint): Hex {
  const evidence = [a, b].flatMap(({ certificate: { checkpoint, signers, seals } }) => [
    checkpoint,
    signers,
    concat([...seals]),
  ]);
  return SIDECHAIN_VIEW.encodeFunctionData("reportConflict", [...evidence, a.validators]) as Hex;
}
