import { PREDEPLOYS } from "@causeway/protocol/predeploys";
import type { Signer } from "ethers";
import { BridgeError } from "../bridgeError.js";
import type { BridgeSides } from "../bridgeSides.js";
import { encodeClaim } from "../encodeCalls.js";
import { findStandingCheckpoint } from "../l1/findAcceptedCheckpoint.js";
import { readFinalView } from "../l1/readFinalView.js";
import { deliveryGasLimit } from "../messages/deliveryGasLimit.js";
import { OutboxMirror } from "../messages/outboxMirror.js";
import { sendTransaction } from "../rpc/sendTransaction.js";

/**
 * Claim a withdrawal on L1 against the newest checkpoint that is final there and not void. Anyone may claim for anyone.
 * @param nonce of the sidechain message.
 * @throws {BridgeError} NotYetProvable while no final checkpoint covers it; TransactionFailed, also when it was claimed
 * before; what the readers throw.
 */
export async function claimWithdrawal(sides: BridgeSides, signer: Signer, nonce: number): Promise<void> {
  const { blockNumber, view } = await readFinalView(sides);
  const accepted = view === null ? null : await findStandingCheckpoint(sides, view, blockNumber);
  if (accepted === null || accepted.checkpoint.outboxCount <= nonce) {
    const covered = accepted?.checkpoint.outboxCount ?? 0;
    throw new BridgeError(
      { code: "NotYetProvable", nonce },
      `withdrawal ${nonce}: the newest checkpoint standing and final on L1 covers withdrawals below ${covered}`,
    );
  }
  const { outboxRoot: root, outboxCount: count, height } = accepted.checkpoint;
  const mirror = new OutboxMirror(sides.sidechain, PREDEPLOYS.outbox);
  await mirror.syncTo({ root, count }, height);
  const proven = mirror.prove(nonce, count);
  await sendTransaction(signer, {
    to: sides.bridge.inbox,
    data: encodeClaim(proven, accepted),
    gasLimit: deliveryGasLimit(proven.message),
  });
}
