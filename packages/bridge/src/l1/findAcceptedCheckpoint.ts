import { type Checkpoint, checkpointStructHash } from "@causeway/protocol/checkpoint";
import type { Hash } from "@causeway/protocol/hex";
import { BridgeError } from "../bridgeError.js";
import type { BridgeSides } from "../bridgeSides.js";
import { SIDECHAIN_VIEW } from "../contractInterfaces.js";
import type { RpcLog } from "../messages/decodeMessageSent.js";
import { callContract } from "../rpc/callContract.js";
import { findLog } from "../rpc/findLog.js";
import type { SidechainViewState } from "./readSidechainView.js";

/** An accepted checkpoint as a claim names it. */
export interface AcceptedCheckpoint {
  readonly checkpoint: Checkpoint;
  /** L1 time of acceptance, seconds. */
  readonly acceptedAt: number;
  readonly index: number;
}

/**
 * The accepted checkpoint with an index: looked for in the events of L1 from a block backwards, and taken only if the
 * view's storage knows it.
 * @param toBlock L1 block to start at, and whose state is asked.
 * @param fromBlock L1 block to end at: without it, logs that a node leaves out are looked for down to block 0.
 * @throws {BridgeError} LogsIncomplete when the node's logs do not hold it.
 */
export async function findAcceptedCheckpoint(
  { l1, bridge }: Pick<BridgeSides, "l1" | "bridge">,
  index: number,
  toBlock: number,
  fromBlock = 0,
): Promise<AcceptedCheckpoint> {
  const topics = SIDECHAIN_VIEW.encodeFilterTopics("CheckpointAccepted", [index]);
  const pick = async (log: RpcLog) => {
    const accepted = decodeAccepted(log);
    const isAsked = accepted.index === index && (await isAccepted({ l1, bridge }, accepted, toBlock));
    return isAsked ? accepted : null;
  };
  const found = await findLog(l1, { address: bridge.view, topics }, toBlock, pick, fromBlock);
  if (found !== null) return found;
  throw new BridgeError(
    { code: "LogsIncomplete", outbox: bridge.view, have: index, need: index + 1 },
    `the logs of SidechainView ${bridge.view} up to block ${toBlock} do not hold checkpoint ${index}`,
  );
}

/**
 * The newest accepted checkpoint that claims can use: the newest of all, or after a freeze the newest that it did not
 * void (B6).
 * @param view what the view held at `toBlock`.
 * @param toBlock L1 block to start at, and whose state is asked.
 * @param fromBlock L1 block to end at: without it, logs that a node leaves out are looked for down to block 0.
 * @returns null when the freeze left none.
 * @throws {BridgeError} LogsIncomplete when the node's logs do not hold it.
 */
export async function findStandingCheckpoint(
  sides: Pick<BridgeSides, "l1" | "bridge">,
  view: Pick<SidechainViewState, "records" | "frozenAt">,
  toBlock: number,
  fromBlock = 0,
): Promise<AcceptedCheckpoint | null> {
  if (view.frozenAt === 0) return findAcceptedCheckpoint(sides, view.records - 1, toBlock, fromBlock);
  const { l1, bridge } = sides;
  const topics = SIDECHAIN_VIEW.encodeFilterTopics("CheckpointAccepted", []);
  const pick = async (log: RpcLog) => {
    const accepted = decodeAccepted(log);
    const args = [accepted.acceptedAt];
    const [voided] = await callContract(l1, bridge.view, SIDECHAIN_VIEW, "isVoid", args, toBlock);
    return voided === false && (await isAccepted(sides, accepted, toBlock)) ? accepted : null;
  };
  return findLog(l1, { address: bridge.view, topics }, toBlock, pick, fromBlock);
}

async function isAccepted(
  { l1, bridge }: Pick<BridgeSides, "l1" | "bridge">,
  { checkpoint, acceptedAt, index }: AcceptedCheckpoint,
  at: number,
): Promise<boolean> {
  const args = [checkpoint, acceptedAt, index];
  const [known] = await callContract(l1, bridge.view, SIDECHAIN_VIEW, "isAccepted", args, at);
  return known === true;
}

function decodeAccepted(log: RpcLog): AcceptedCheckpoint {
  const event = SIDECHAIN_VIEW.decodeEventLog("CheckpointAccepted", log.data, log.topics);
  const c = event.checkpoint as readonly (bigint | string)[];
  const uint = (i: number) => Number(c[i]);
  const hash = (i: number) => String(c[i]) as Hash;
  const checkpoint: Checkpoint = {
    height: uint(0),
    round: uint(1),
    timestamp: uint(2),
    blockHash: hash(3),
    stateRoot: hash(4),
    outboxRoot: hash(5),
    outboxCount: uint(6),
    inboxAcc: hash(7),
    inboxCount: uint(8),
    validatorSetHash: hash(9),
    nextValidatorSetHash: hash(10),
  };
  if (checkpointStructHash(checkpoint) !== event.structHash) {
    throw new BridgeError(
      { code: "RpcMalformed", method: "eth_getLogs", field: "CheckpointAccepted" },
      "eth_getLogs: a CheckpointAccepted whose hash is not that of its checkpoint",
    );
  }
  return { checkpoint, acceptedAt: Number(event.acceptedAt), index: Number(event.index) };
}
